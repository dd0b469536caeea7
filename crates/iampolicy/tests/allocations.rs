//! Deciding allocates nothing: counted by an allocator that counts what this thread asks of it.
#![expect(unsafe_code, reason = "an allocator cannot be written without")]

mod many;

use iampolicy::{Attached, Caller, Policies, Request, evaluate};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static COUNTED: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNTED.with(|counted| counted.set(counted.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_decision_allocates_nothing_however_many_statements_there_are() {
    let (simple, thousand, context) = (
        many::simple().unwrap(),
        many::thousand().unwrap(),
        many::context(),
    );
    assert_eq!(
        thousand.iter().map(iampolicy::Document::len).sum::<usize>(),
        1_000
    );
    let ann = Caller::user(
        "arn:aws:iam::111111111111:user/ann",
        "AIDAEXAMPLEEXAMPLE000",
    );
    let object = "arn:aws:s3:::files/home/ann/a.txt";
    let request = Request::new(ann, "s3:GetObject", object, "111111111111", &context);
    let one = [Attached {
        name: "simple",
        document: &simple,
    }];
    let all: Vec<_> = thousand
        .iter()
        .map(|document| Attached {
            name: "many",
            document,
        })
        .collect();
    for identity in [&one[..], &all[..]] {
        let policies = Policies {
            identity,
            ..Policies::default()
        };
        let before = COUNTED.get();
        assert!(before > 0, "nothing is counted");
        let allowed = evaluate(&request, &policies).is_allowed();
        let counted = COUNTED.get() - before;
        assert!(allowed);
        assert_eq!(counted, 0, "{} policies", identity.len());
    }
}
