//! Types that come from a macro of the user's, `$message:ty`: they stand in groups that nobody sees, and are read as if they
//! stood there themselves.

use syn::visit_mut::{self, VisitMut};
use syn::{ImplItem, ItemImpl, Type};

/// Takes the paths in an impl's head and in its methods' signatures out of their groups. Its bodies are not there yet.
pub(super) fn take_out(item: &mut ItemImpl) {
    Groups.visit_type_mut(&mut item.self_ty);
    for item in &mut item.items {
        if let ImplItem::Fn(method) = item {
            Groups.visit_signature_mut(&mut method.sig);
        }
    }
}

struct Groups;

impl VisitMut for Groups {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        // `&$bounds` may need its group, a path does not.
        while let Type::Group(group) = ty
            && matches!(*group.elem, Type::Path(_) | Type::Group(_))
        {
            *ty = (*group.elem).clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
