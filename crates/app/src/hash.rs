//! The bounded pool that hashes passwords: the only work that is dear, kept away from everything else.
//!
//! Its threads run at low priority, so that pages stay quick while people sign in; its queue is bounded, so that
//! a flood is turned away at once; a quarter of its places is for browsers that signed in before, and one address
//! block gets at most a quarter of the rest, so that a flood from one place does not shut out the others.

use crate::Error;
use crate::password::Chosen;
use domain::refusal::{Code, Refusal};
use domain::secret::Secret;
use domain::throttle::Standing;
use domain::time::{Span, Timestamp};
use factors::password::{Cost, Memory, Password, Phc};
use factors::password_rules::Unmet;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Jobs that may wait.
pub const QUEUE: usize = 128;
/// A thread without work for so long gives its memory back.
const RELEASE_AFTER: Duration = Duration::from_secs(5);
/// What a turned-away client is told to wait.
const RETRY: Span = Span::seconds(2);

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

struct Job {
    block: String,
    work: Work,
}

#[derive(Default)]
struct Queue {
    known: VecDeque<Job>,
    unknown: VecDeque<Job>,
    blocks: HashMap<String, usize>,
    closed: bool,
}

impl Queue {
    /// Takes the job in, unless its class or its address block has no place left.
    fn admit(&mut self, standing: Standing, job: Job) -> bool {
        if self.known.len() + self.unknown.len() >= QUEUE {
            return false;
        }
        match standing {
            Standing::Known => self.known.push_back(job),
            Standing::Unknown => {
                let places = QUEUE - QUEUE / 4;
                let of_block = self.blocks.get(&job.block).copied().unwrap_or(0);
                if self.unknown.len() >= places || of_block >= places / 4 {
                    return false;
                }
                // Only who is let in is counted: refused ones would stay in the table for ever.
                self.blocks.insert(job.block.clone(), of_block + 1);
                self.unknown.push_back(job);
            }
        }
        true
    }

    fn next(&mut self) -> Option<Job> {
        if let Some(job) = self.known.pop_front() {
            return Some(job);
        }
        let job = self.unknown.pop_front()?;
        if let Some(count) = self.blocks.get_mut(&job.block) {
            *count -= 1;
            if *count == 0 {
                self.blocks.remove(&job.block);
            }
        }
        Some(job)
    }
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pool. Cheap to clone; its threads end when the last clone is dropped.
#[derive(Clone)]
pub struct HashPool {
    shared: Arc<Shared>,
    _closer: Arc<Closer>,
    pepper: Arc<Secret<[u8; 32]>>,
    cost: Cost,
}

struct Closer(Arc<Shared>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.wake.notify_all();
    }
}

impl std::fmt::Debug for HashPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashPool")
    }
}

impl HashPool {
    /// Starts `threads` threads named `hash-‹n›`. `pepper` comes from the key ring.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(threads: usize, pepper: [u8; 32], cost: Cost) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
        });
        for index in 0..threads.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("hash-{index}"))
                .spawn(move || serve(&shared))?;
        }
        Ok(Self {
            _closer: Arc::new(Closer(Arc::clone(&shared))),
            shared,
            pepper: Arc::new(Secret::new(pepper)),
            cost,
        })
    }

    /// Whether `password` fits the stored hash. Without one, a decoy of the same cost is checked and the answer is no.
    ///
    /// # Errors
    /// `GL-REQ-009` when the queue is full.
    pub async fn verify(
        &self,
        password: Password,
        phc: Option<&str>,
        place: &Place<'_>,
    ) -> Result<bool, Error> {
        let stored = match phc {
            Some(text) => Some(
                Phc::parse(text).ok_or(Error::Fault("a stored password hash cannot be read"))?,
            ),
            None => None,
        };
        let exists = stored.is_some();
        let phc = stored.unwrap_or_else(|| factors::password::decoy(self.cost));
        let pepper = Arc::clone(&self.pepper);
        let fits = self
            .run(place, move |memory| {
                factors::password::verify(&password, &phc, pepper.expose(), memory)
            })
            .await?
            .map_err(|_| Error::Fault("no memory for a password hash"))?;
        Ok(fits && exists)
    }

    /// Checks a new password with `rules` and hashes it if none is broken; both on the pool, as both are dear.
    ///
    /// # Errors
    /// `GL-REQ-009` when the queue is full.
    pub(crate) async fn choose(
        &self,
        password: Password,
        salt: [u8; 16],
        place: &Place<'_>,
        rules: impl FnOnce(&Password) -> Vec<Unmet> + Send + 'static,
    ) -> Result<Chosen, Error> {
        let (pepper, cost) = (Arc::clone(&self.pepper), self.cost);
        self.run(place, move |memory| {
            let unmet = rules(&password);
            if !unmet.is_empty() {
                return Ok(Chosen::Unmet(unmet));
            }
            let hash = factors::password::hash(&password, salt, pepper.expose(), cost, memory);
            hash.map(|phc| Chosen::Hash(phc.to_text().to_string()))
        })
        .await?
        .map_err(|_| Error::Fault("no memory for a password hash"))
    }

    /// Hashes a saved recovery code or another secret that keeps no rules.
    ///
    /// # Errors
    /// `GL-REQ-009` when the queue is full.
    pub async fn hash(
        &self,
        secret: Password,
        salt: [u8; 16],
        place: &Place<'_>,
    ) -> Result<String, Error> {
        match self.choose(secret, salt, place, |_| Vec::new()).await? {
            Chosen::Hash(phc) => Ok(phc),
            Chosen::Unmet(_) => Err(Error::Fault("no rule, yet one is broken")),
        }
    }

    /// Whether a stored hash was made at another cost than the present one.
    pub fn outdated(&self, phc: &str) -> bool {
        Phc::parse(phc).is_some_and(|phc| factors::password::needs_rehash(&phc, self.cost))
    }

    async fn run<T: Send + 'static>(
        &self,
        place: &Place<'_>,
        f: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (done, result) = tokio::sync::oneshot::channel();
        let work: Work = Box::new(move |memory| {
            // A client that went away wants no answer.
            let _ = done.send(f(memory));
        });
        let admitted = self.shared.lock().admit(
            place.standing,
            Job {
                block: place.block.clone(),
                work,
            },
        );
        if !admitted {
            return Err(Refusal::new(Code::Busy).until(place.now + RETRY).into());
        }
        self.shared.wake.notify_one();
        result
            .await
            .map_err(|_| Error::Fault("a hash thread ended"))
    }
}

/// For whom a hash is made, which decides its place in the queue.
#[derive(Debug)]
pub struct Place<'a> {
    /// The standing of the browser.
    pub standing: Standing,
    /// Its address block.
    pub block: String,
    /// The present.
    pub now: Timestamp,
    /// Ties the place to the request it was made for.
    pub client: &'a domain::client::Client,
}

impl<'a> Place<'a> {
    /// The place of a request.
    pub fn of(ctx: &'a crate::Ctx, standing: Standing) -> Self {
        Self {
            standing,
            block: ctx.client.block(),
            now: ctx.now,
            client: &ctx.client,
        }
    }
}

fn serve(shared: &Shared) {
    // Linux gives each thread a niceness of its own; elsewhere this is refused and nothing is lost.
    let _ = rustix::process::nice(10);
    let mut memory = Memory::new();
    let mut queue = shared.lock();
    loop {
        if let Some(job) = queue.next() {
            drop(queue);
            let _ =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (job.work)(&mut memory)));
            queue = shared.lock();
        } else if queue.closed {
            return;
        } else {
            let (back, timeout) = shared
                .wake
                .wait_timeout(queue, RELEASE_AFTER)
                .unwrap_or_else(PoisonError::into_inner);
            queue = back;
            if timeout.timed_out() {
                memory.release();
                queue = shared
                    .wake
                    .wait_while(queue, |q| {
                        q.known.is_empty() && q.unknown.is_empty() && !q.closed
                    })
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(block: &str) -> Job {
        Job {
            block: block.to_owned(),
            work: Box::new(|_| ()),
        }
    }

    #[test]
    fn one_block_gets_a_quarter_of_the_places_that_strangers_have() {
        let mut queue = Queue::default();
        let admitted = (0..200)
            .filter(|_| queue.admit(Standing::Unknown, job("a")))
            .count();
        assert_eq!(admitted, 24);
        assert!(queue.admit(Standing::Unknown, job("b")));
        for n in 0..200 {
            queue.admit(Standing::Unknown, job(&n.to_string()));
        }
        assert_eq!(queue.unknown.len(), 96);
        assert!(
            queue.admit(Standing::Known, job("a")),
            "places are kept for known browsers"
        );
        while queue.next().is_some() {}
        assert!(queue.blocks.is_empty());
    }
}
