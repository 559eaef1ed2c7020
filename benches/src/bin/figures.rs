fn main(){ for r in catga_benches::rows::all() { println!("{} {} {:?}", r.name, (r.future)(), r.do_times(1000)); } }
