//! How fast a decision is made: nanoseconds, the request made anew each time; `cargo xtask bench policy-simple policy-1000`.

#[path = "../tests/many/mod.rs"]
mod many;

use iampolicy::{Attached, Caller, Context, Policies, Request, evaluate};
use std::hint::black_box;
use std::time::Instant;

fn main() -> Result<(), iampolicy::Malformed> {
    let (simple, thousand, context) = (many::simple()?, many::thousand()?, many::context());
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
    say("simple", nanos(&one, &context, 20_000));
    say("thousand", nanos(&all, &context, 500));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn say(row: &str, nanos: f64) {
    println!("{row} {nanos:.1}");
}

/// The best of thirty-one rounds of so many decisions: whatever else the machine does only adds.
#[expect(clippy::disallowed_methods, reason = "the bench measures")]
fn nanos(identity: &[Attached<'_>], context: &Context<'_>, times: u32) -> f64 {
    let policies = Policies {
        identity,
        ..Policies::default()
    };
    (0..31)
        .map(|_| {
            let begin = Instant::now();
            for _ in 0..times {
                let ann = Caller::user(
                    "arn:aws:iam::111111111111:user/ann",
                    "AIDAEXAMPLEEXAMPLE000",
                );
                let object = "arn:aws:s3:::files/home/ann/a.txt";
                let request = Request::new(
                    ann,
                    "s3:GetObject",
                    black_box(object),
                    "111111111111",
                    context,
                );
                assert!(evaluate(&request, black_box(&policies)).is_allowed());
            }
            begin.elapsed().as_secs_f64() * 1e9 / f64::from(times)
        })
        .fold(f64::INFINITY, f64::min)
}
