//! [CATGA001]: mod@CATGA001
//! [CATGA002]: mod@CATGA002
//! [CATGA003]: mod@CATGA003
//! [CATGA004]: mod@CATGA004
//! [CATGA005]: mod@CATGA005
//! [CATGA006]: mod@CATGA006
//! [CATGA007]: mod@CATGA007
//! [CATGA008]: mod@CATGA008
//! [CATGA009]: mod@CATGA009
//! [CATGA010]: mod@CATGA010
//! [CATGA011]: mod@CATGA011
//! [CATGA012]: mod@CATGA012
//! [CATGA013]: mod@CATGA013
//! [CATGA014]: mod@CATGA014
//! [CATGA015]: mod@CATGA015
//! [CATGA016]: mod@CATGA016
//! [CATGA017]: mod@CATGA017
//! [CATGA018]: mod@CATGA018
//! [CATGA019]: mod@CATGA019
//! [CATGA020]: mod@CATGA020
//! [CATGA021]: mod@CATGA021
//! [CATGA022]: mod@CATGA022
//! [CATGA023]: mod@CATGA023
//! [CATGA024]: mod@CATGA024
//! [CATGA025]: mod@CATGA025
//! [CATGA026]: mod@CATGA026
//! [CATGA027]: mod@CATGA027
//! [CATGA028]: mod@CATGA028
//! [CATGA029]: mod@CATGA029
//! [CATGA030]: mod@CATGA030
//! [CATGA031]: mod@CATGA031
//! [CATGA032]: mod@CATGA032
//! [CATGA033]: mod@CATGA033
//! [CATGA034]: mod@CATGA034
//! [CATGA035]: mod@CATGA035
//! [CATGA036]: mod@CATGA036
//! [CATGA037]: mod@CATGA037
//! [CATGA038]: mod@CATGA038
//! [CATGA039]: mod@CATGA039
//! [CATGA040]: mod@CATGA040
//! [CATGA041]: mod@CATGA041
//! [CATGA042]: mod@CATGA042
//! [CATGA043]: mod@CATGA043
//! [CATGA044]: mod@CATGA044
//! [CATGA045]: mod@CATGA045
//! [CATGA046]: mod@CATGA046
//! [CATGA047]: mod@CATGA047
//! [CATGA048]: mod@CATGA048
//! [CATGA049]: mod@CATGA049
//! [CATGA050]: mod@CATGA050
//! [CATGA051]: mod@CATGA051
//! [CATGA052]: mod@CATGA052
//! [CATGA053]: mod@CATGA053
//! [CATGA054]: mod@CATGA054
//! [CATGA055]: mod@CATGA055
//! [CATGA056]: mod@CATGA056
//! [CATGA057]: mod@CATGA057
//! [CATGA058]: mod@CATGA058
//! [CATGA059]: mod@CATGA059
//! [CATGA060]: mod@CATGA060
//! [CATGA061]: mod@CATGA061
//! [CATGA062]: mod@CATGA062
//! [CATGA063]: mod@CATGA063
//! [CATGA064]: mod@CATGA064
//! [CATGA065]: mod@CATGA065
//! [CATGA066]: mod@CATGA066
//! [CATGA067]: mod@CATGA067
//! [CATGA068]: mod@CATGA068
//! [CATGA069]: mod@CATGA069
//! [CATGA070]: mod@CATGA070
//! [CATGA071]: mod@CATGA071
//! [CATGA072]: mod@CATGA072
//! [CATGA073]: mod@CATGA073
//! [CATGA074]: mod@CATGA074
//! [CATGA075]: mod@CATGA075
//! [CATGA076]: mod@CATGA076
//! [CATGA077]: mod@CATGA077
//! [CATGA078]: mod@CATGA078
//! [CATGA080]: mod@CATGA080
//! [CATGA081]: mod@CATGA081
//! [CATGA082]: mod@CATGA082
//! [CATGA083]: mod@CATGA083
//! [CATGA084]: mod@CATGA084
//! [CATGA085]: mod@CATGA085
//! [CATGA086]: mod@CATGA086
//! [CATGA087]: mod@CATGA087
//! [CATGA088]: mod@CATGA088
//! [CATGA089]: mod@CATGA089
//! [CATGA090]: mod@CATGA090
//! [CATGA091]: mod@CATGA091
//! [CATGA092]: mod@CATGA092
//! [CATGA093]: mod@CATGA093
//! [CATGA095]: mod@CATGA095
//! [CATGA096]: mod@CATGA096
//! [CATGA097]: mod@CATGA097
//! [CATGA098]: mod@CATGA098
//! [CATGA099]: mod@CATGA099
//! [CATGA100]: mod@CATGA100
//! [CATGA101]: mod@CATGA101
//! [CATGA102]: mod@CATGA102
//! [CATGA103]: mod@CATGA103
//! [CATGA104]: mod@CATGA104
//! [CATGA105]: mod@CATGA105
//! [CATGA106]: mod@CATGA106
//! [CATGA107]: mod@CATGA107
//! [CATGA108]: mod@CATGA108
//! [CATGA109]: mod@CATGA109
//! [CATGA110]: mod@CATGA110
//! [CATGA111]: mod@CATGA111
//! [CATGA112]: mod@CATGA112
//! [CATGA113]: mod@CATGA113
//! [CATGA114]: mod@CATGA114
//! [CATGA115]: mod@CATGA115
//! [CATGA116]: mod@CATGA116
//! [CATGA117]: mod@CATGA117
//! [CATGA118]: mod@CATGA118
//! [CATGA119]: mod@CATGA119
//! [CATGA120]: mod@CATGA120
//! [CATGA121]: mod@CATGA121
//! [CATGA122]: mod@CATGA122
//! [CATGA123]: mod@CATGA123
//! [CATGA124]: mod@CATGA124
//! [CATGA125]: mod@CATGA125
//! [CATGA126]: mod@CATGA126
//! [CATGA127]: mod@CATGA127
//! [CATGA128]: mod@CATGA128
//! [CATGA129]: mod@CATGA129
//! [CATGA130]: mod@CATGA130
//!
#![doc = include_str!("../rules/README.md")]
#![allow(non_snake_case, reason = "ids are written as they are printed")]

#[doc = include_str!("../rules/CATGA001.md")]
pub mod CATGA001 {}

#[doc = include_str!("../rules/CATGA002.md")]
pub mod CATGA002 {}

#[doc = include_str!("../rules/CATGA003.md")]
pub mod CATGA003 {}

#[doc = include_str!("../rules/CATGA004.md")]
pub mod CATGA004 {}

#[doc = include_str!("../rules/CATGA005.md")]
pub mod CATGA005 {}

#[doc = include_str!("../rules/CATGA006.md")]
pub mod CATGA006 {}

#[doc = include_str!("../rules/CATGA007.md")]
pub mod CATGA007 {}

#[doc = include_str!("../rules/CATGA008.md")]
pub mod CATGA008 {}

#[doc = include_str!("../rules/CATGA009.md")]
pub mod CATGA009 {}

#[doc = include_str!("../rules/CATGA010.md")]
pub mod CATGA010 {}

#[doc = include_str!("../rules/CATGA011.md")]
pub mod CATGA011 {}

#[doc = include_str!("../rules/CATGA012.md")]
pub mod CATGA012 {}

#[doc = include_str!("../rules/CATGA013.md")]
pub mod CATGA013 {}

#[doc = include_str!("../rules/CATGA014.md")]
pub mod CATGA014 {}

#[doc = include_str!("../rules/CATGA015.md")]
pub mod CATGA015 {}

#[doc = include_str!("../rules/CATGA016.md")]
pub mod CATGA016 {}

#[doc = include_str!("../rules/CATGA017.md")]
pub mod CATGA017 {}

#[doc = include_str!("../rules/CATGA018.md")]
pub mod CATGA018 {}

#[doc = include_str!("../rules/CATGA019.md")]
pub mod CATGA019 {}

#[doc = include_str!("../rules/CATGA020.md")]
pub mod CATGA020 {}

#[doc = include_str!("../rules/CATGA021.md")]
pub mod CATGA021 {}

#[doc = include_str!("../rules/CATGA022.md")]
pub mod CATGA022 {}

#[doc = include_str!("../rules/CATGA023.md")]
pub mod CATGA023 {}

#[doc = include_str!("../rules/CATGA024.md")]
pub mod CATGA024 {}

#[doc = include_str!("../rules/CATGA025.md")]
pub mod CATGA025 {}

#[doc = include_str!("../rules/CATGA026.md")]
pub mod CATGA026 {}

#[doc = include_str!("../rules/CATGA027.md")]
pub mod CATGA027 {}

#[doc = include_str!("../rules/CATGA028.md")]
pub mod CATGA028 {}

#[doc = include_str!("../rules/CATGA029.md")]
pub mod CATGA029 {}

#[doc = include_str!("../rules/CATGA030.md")]
pub mod CATGA030 {}

#[doc = include_str!("../rules/CATGA031.md")]
pub mod CATGA031 {}

#[doc = include_str!("../rules/CATGA032.md")]
pub mod CATGA032 {}

#[doc = include_str!("../rules/CATGA033.md")]
pub mod CATGA033 {}

#[doc = include_str!("../rules/CATGA034.md")]
pub mod CATGA034 {}

#[doc = include_str!("../rules/CATGA035.md")]
pub mod CATGA035 {}

#[doc = include_str!("../rules/CATGA036.md")]
pub mod CATGA036 {}

#[doc = include_str!("../rules/CATGA037.md")]
pub mod CATGA037 {}

#[doc = include_str!("../rules/CATGA038.md")]
pub mod CATGA038 {}

#[doc = include_str!("../rules/CATGA039.md")]
pub mod CATGA039 {}

#[doc = include_str!("../rules/CATGA040.md")]
pub mod CATGA040 {}

#[doc = include_str!("../rules/CATGA041.md")]
pub mod CATGA041 {}

#[doc = include_str!("../rules/CATGA042.md")]
pub mod CATGA042 {}

#[doc = include_str!("../rules/CATGA043.md")]
pub mod CATGA043 {}

#[doc = include_str!("../rules/CATGA044.md")]
pub mod CATGA044 {}

#[doc = include_str!("../rules/CATGA045.md")]
pub mod CATGA045 {}

#[doc = include_str!("../rules/CATGA046.md")]
pub mod CATGA046 {}

#[doc = include_str!("../rules/CATGA047.md")]
pub mod CATGA047 {}

#[doc = include_str!("../rules/CATGA048.md")]
pub mod CATGA048 {}

#[doc = include_str!("../rules/CATGA049.md")]
pub mod CATGA049 {}

#[doc = include_str!("../rules/CATGA050.md")]
pub mod CATGA050 {}

#[doc = include_str!("../rules/CATGA051.md")]
pub mod CATGA051 {}

#[doc = include_str!("../rules/CATGA052.md")]
pub mod CATGA052 {}

#[doc = include_str!("../rules/CATGA053.md")]
pub mod CATGA053 {}

#[doc = include_str!("../rules/CATGA054.md")]
pub mod CATGA054 {}

#[doc = include_str!("../rules/CATGA055.md")]
pub mod CATGA055 {}

#[doc = include_str!("../rules/CATGA056.md")]
pub mod CATGA056 {}

#[doc = include_str!("../rules/CATGA057.md")]
pub mod CATGA057 {}

#[doc = include_str!("../rules/CATGA058.md")]
pub mod CATGA058 {}

#[doc = include_str!("../rules/CATGA059.md")]
pub mod CATGA059 {}

#[doc = include_str!("../rules/CATGA060.md")]
pub mod CATGA060 {}

#[doc = include_str!("../rules/CATGA061.md")]
pub mod CATGA061 {}

#[doc = include_str!("../rules/CATGA062.md")]
pub mod CATGA062 {}

#[doc = include_str!("../rules/CATGA063.md")]
pub mod CATGA063 {}

#[doc = include_str!("../rules/CATGA064.md")]
pub mod CATGA064 {}

#[doc = include_str!("../rules/CATGA065.md")]
pub mod CATGA065 {}

#[doc = include_str!("../rules/CATGA066.md")]
pub mod CATGA066 {}

#[doc = include_str!("../rules/CATGA067.md")]
pub mod CATGA067 {}

#[doc = include_str!("../rules/CATGA068.md")]
pub mod CATGA068 {}

#[doc = include_str!("../rules/CATGA069.md")]
pub mod CATGA069 {}

#[doc = include_str!("../rules/CATGA070.md")]
pub mod CATGA070 {}

#[doc = include_str!("../rules/CATGA071.md")]
pub mod CATGA071 {}

#[doc = include_str!("../rules/CATGA072.md")]
pub mod CATGA072 {}

#[doc = include_str!("../rules/CATGA073.md")]
pub mod CATGA073 {}

#[doc = include_str!("../rules/CATGA074.md")]
pub mod CATGA074 {}

#[doc = include_str!("../rules/CATGA075.md")]
pub mod CATGA075 {}

#[doc = include_str!("../rules/CATGA076.md")]
pub mod CATGA076 {}

#[doc = include_str!("../rules/CATGA077.md")]
pub mod CATGA077 {}

#[doc = include_str!("../rules/CATGA078.md")]
pub mod CATGA078 {}

#[doc = include_str!("../rules/CATGA080.md")]
pub mod CATGA080 {}

#[doc = include_str!("../rules/CATGA081.md")]
pub mod CATGA081 {}

#[doc = include_str!("../rules/CATGA082.md")]
pub mod CATGA082 {}

#[doc = include_str!("../rules/CATGA083.md")]
pub mod CATGA083 {}

#[doc = include_str!("../rules/CATGA084.md")]
pub mod CATGA084 {}

#[doc = include_str!("../rules/CATGA085.md")]
pub mod CATGA085 {}

#[doc = include_str!("../rules/CATGA086.md")]
pub mod CATGA086 {}

#[doc = include_str!("../rules/CATGA087.md")]
pub mod CATGA087 {}

#[doc = include_str!("../rules/CATGA088.md")]
pub mod CATGA088 {}

#[doc = include_str!("../rules/CATGA089.md")]
pub mod CATGA089 {}

#[doc = include_str!("../rules/CATGA090.md")]
pub mod CATGA090 {}

#[doc = include_str!("../rules/CATGA091.md")]
pub mod CATGA091 {}

#[doc = include_str!("../rules/CATGA092.md")]
pub mod CATGA092 {}

#[doc = include_str!("../rules/CATGA093.md")]
pub mod CATGA093 {}

#[doc = include_str!("../rules/CATGA095.md")]
pub mod CATGA095 {}

#[doc = include_str!("../rules/CATGA096.md")]
pub mod CATGA096 {}

#[doc = include_str!("../rules/CATGA097.md")]
pub mod CATGA097 {}

#[doc = include_str!("../rules/CATGA098.md")]
pub mod CATGA098 {}

#[doc = include_str!("../rules/CATGA099.md")]
pub mod CATGA099 {}

#[doc = include_str!("../rules/CATGA100.md")]
pub mod CATGA100 {}

#[doc = include_str!("../rules/CATGA101.md")]
pub mod CATGA101 {}

#[doc = include_str!("../rules/CATGA102.md")]
pub mod CATGA102 {}

#[doc = include_str!("../rules/CATGA103.md")]
pub mod CATGA103 {}

#[doc = include_str!("../rules/CATGA104.md")]
pub mod CATGA104 {}

#[doc = include_str!("../rules/CATGA105.md")]
pub mod CATGA105 {}

#[doc = include_str!("../rules/CATGA106.md")]
pub mod CATGA106 {}

#[doc = include_str!("../rules/CATGA107.md")]
pub mod CATGA107 {}

#[doc = include_str!("../rules/CATGA108.md")]
pub mod CATGA108 {}

#[doc = include_str!("../rules/CATGA109.md")]
pub mod CATGA109 {}

#[doc = include_str!("../rules/CATGA110.md")]
pub mod CATGA110 {}

#[doc = include_str!("../rules/CATGA111.md")]
pub mod CATGA111 {}

#[doc = include_str!("../rules/CATGA112.md")]
pub mod CATGA112 {}

#[doc = include_str!("../rules/CATGA113.md")]
pub mod CATGA113 {}

#[doc = include_str!("../rules/CATGA114.md")]
pub mod CATGA114 {}

#[doc = include_str!("../rules/CATGA115.md")]
pub mod CATGA115 {}

#[doc = include_str!("../rules/CATGA116.md")]
pub mod CATGA116 {}

#[doc = include_str!("../rules/CATGA117.md")]
pub mod CATGA117 {}

#[doc = include_str!("../rules/CATGA118.md")]
pub mod CATGA118 {}

#[doc = include_str!("../rules/CATGA119.md")]
pub mod CATGA119 {}

#[doc = include_str!("../rules/CATGA120.md")]
pub mod CATGA120 {}

#[doc = include_str!("../rules/CATGA121.md")]
pub mod CATGA121 {}

#[doc = include_str!("../rules/CATGA122.md")]
pub mod CATGA122 {}

#[doc = include_str!("../rules/CATGA123.md")]
pub mod CATGA123 {}

#[doc = include_str!("../rules/CATGA124.md")]
pub mod CATGA124 {}

#[doc = include_str!("../rules/CATGA125.md")]
pub mod CATGA125 {}

#[doc = include_str!("../rules/CATGA126.md")]
pub mod CATGA126 {}

#[doc = include_str!("../rules/CATGA127.md")]
pub mod CATGA127 {}

#[doc = include_str!("../rules/CATGA128.md")]
pub mod CATGA128 {}

#[doc = include_str!("../rules/CATGA129.md")]
pub mod CATGA129 {}

#[doc = include_str!("../rules/CATGA130.md")]
pub mod CATGA130 {}
