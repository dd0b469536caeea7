//! Reads the whole audit log and says what is wrong with it.

use super::chain::{self, Block, Hash, Head, Leaf};
use super::{heads, read_block};
use crate::engine::{Db, Row, Tx};
use crate::error::StoreError;
use crate::params;
use crate::ring::KeyRing;
use crate::sql::statements;
use domain::time::{Span, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;

statements! {
    BLOCKS = "select number, generation, first_seq, last_seq, root, previous, key_id, mac from audit_block \
        where number > $1 order by number limit $2";
    RECORDS = "select at, id, event, account, outcome, commitment, key_id, mac, seq, salt, actor, client, detail \
        from audit_record where seq > $1 and seq <= $2 order by seq limit $3";
    STRAY = "select id, seq from audit_record where seq < 1 or seq > $1 order by seq limit 100";
    WAITING = "select at, id, event, account, outcome, commitment, key_id, mac from audit_record \
        where seq is null and (at, id) > ($1, $2) order by at, id limit $3";
}

/// How long a record may wait to be sealed.
const UNSEALED: Span = Span::seconds(10);
/// Rows that are read at a time.
const STRIDE: u32 = 1_000;
/// Faults that are listed; further ones are counted.
const LISTED: usize = 100;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Blocks are missing before this one.
    #[error("blocks are missing before block {block}")]
    BlockMissing {
        /// The next block there is.
        block: i64,
    },
    /// A block does not follow from the one before it.
    #[error("block {block} does not follow from the block before it")]
    ChainBroken {
        /// The block.
        block: i64,
    },
    /// A block was not made with the key ring.
    #[error("block {block} was not sealed with this key ring")]
    BlockForged {
        /// The block.
        block: i64,
    },
    /// A record is missing.
    #[error("record {sequence} is missing")]
    RecordMissing {
        /// Its place.
        sequence: i64,
    },
    /// A record was changed after it was written, or was not written by this program.
    #[error("record {id} was changed, or was not written by this program")]
    RecordChanged {
        /// Its id.
        id: String,
    },
    /// The records of a block are not those that were sealed, or not in that order.
    #[error(
        "the records of block {block} are not those that were sealed, or stand in another order"
    )]
    BlockChanged {
        /// The block.
        block: i64,
    },
    /// A record has a place outside of all blocks.
    #[error("record {id} stands at {sequence}, outside of all blocks")]
    Stray {
        /// Its id.
        id: String,
        /// The place it claims.
        sequence: i64,
    },
    /// A record has waited too long to be sealed.
    #[error("record {id} was not sealed for more than 10 seconds")]
    Unsealed {
        /// Its id.
        id: String,
    },
    /// The log is not the one that a head was written of: cut and grown again, or an older copy.
    #[error("block {block} is not the one that the heads file names: the log was exchanged")]
    Exchanged {
        /// The block.
        block: i64,
    },
    /// The log ends before a head that was written of it.
    #[error(
        "the log ends at record {last}, the heads file knows record {known}: the tail was cut off, or an older copy put back"
    )]
    TailCut {
        /// Where the log ends.
        last: i64,
        /// Where it has been.
        known: i64,
    },
    /// A line of the heads file was not written with the key ring.
    #[error("line {line} of the heads file was not written with this key ring")]
    HeadForged {
        /// The line, from 1.
        line: usize,
    },
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Blocks read.
    pub blocks: u64,
    /// Sealed records read.
    pub records: u64,
    /// Records whose personal parts were erased.
    pub erased: u64,
    /// Records that wait to be sealed, and may.
    pub waiting: u64,
    /// The last sealed record.
    pub last: i64,
    /// The last record that a written head vouches for; what comes after could have been cut without a trace.
    pub anchored: i64,
    /// Heads of earlier generations that the restored store does not reach: lost with the restore.
    pub lost_by_restore: u64,
    /// What is wrong, at most 100 of it.
    pub faults: Vec<Fault>,
    /// What is wrong and not listed.
    pub more_faults: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn add(&mut self, fault: Fault) {
        if self.faults.len() < LISTED {
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "blocks: {}", self.blocks)?;
        writeln!(
            f,
            "records: {}, {} of them erased, {} waiting",
            self.records, self.erased, self.waiting
        )?;
        if self.lost_by_restore > 0 {
            writeln!(
                f,
                "restored: {} heads of earlier generations are not reached",
                self.lost_by_restore
            )?;
        }
        if self.anchored < self.last {
            writeln!(f, "tail: unanchored after {}", self.anchored)?;
        }
        for fault in &self.faults {
            writeln!(f, "fault: {fault}")?;
        }
        if self.more_faults > 0 {
            writeln!(f, "fault: {} more", self.more_faults)?;
        }
        f.write_str(if self.is_sound() {
            "sound"
        } else {
            "NOT SOUND"
        })
    }
}

/// Checks the whole log, and against the heads file if there is one. Blocks; for the command line.
pub fn verify(db: &Db, heads: Option<&Path>, now: Timestamp) -> Result<Report, StoreError> {
    let heads = heads.map(Path::to_owned);
    db.read_blocking(move |tx| whole(tx, heads.as_deref(), now))
}

/// Heads by block and generation.
type Known = BTreeMap<(i64, u64), Head>;

fn whole(tx: &mut Tx<'_>, path: Option<&Path>, now: Timestamp) -> Result<Report, StoreError> {
    let ring = tx.ring();
    let mut report = Report::default();
    let mut known = Known::new();
    if let Some(path) = path {
        heads::read(path, ring, |line| match line {
            heads::Read::Good(head, _) => {
                known.insert((head.block, head.generation), head);
            }
            heads::Read::Forged(line) => report.add(Fault::HeadForged { line }),
            heads::Read::Torn => {}
        })?;
    }
    let mut walk = Walk {
        ring,
        known: &known,
        report,
        last: None,
    };
    let mut number = i64::MIN;
    loop {
        let page = tx.page(&BLOCKS, params![number], STRIDE, |row| {
            Ok((read_block(row)?, row.blob(7)?))
        })?;
        for (block, mac) in page.items {
            number = block.number;
            walk.block(tx, block, &mac)?;
        }
        if !page.more {
            break;
        }
    }
    let mut report = walk.finish();
    for (id, sequence) in tx.all(&STRAY, params![report.last], |row| {
        Ok((row.text(0)?, row.int(1)?))
    })? {
        report.add(Fault::Stray { id, sequence });
    }
    waiting(tx, &mut report, now)?;
    Ok(report)
}

/// The walk along the chain.
struct Walk<'a> {
    ring: &'a KeyRing,
    known: &'a Known,
    report: Report,
    last: Option<Block>,
}

impl Walk<'_> {
    fn block(&mut self, tx: &mut Tx<'_>, block: Block, mac: &[u8]) -> Result<(), StoreError> {
        let number = block.number;
        let (after, previous, seq, generation) =
            self.last.as_ref().map_or((0, [0; 32], 0, 0), |last| {
                (
                    last.number,
                    last.hash(self.ring),
                    last.last_seq,
                    last.generation,
                )
            });
        if number != after + 1 {
            self.report.add(Fault::BlockMissing { block: number });
        } else if block.previous != previous
            || block.first_seq != seq + 1
            || block.generation < generation
        {
            self.report.add(Fault::ChainBroken { block: number });
        }
        let hash = block.hash(self.ring);
        if !chain::is_signed(self.ring, block.key_id, &hash, mac)? {
            self.report.add(Fault::BlockForged { block: number });
        }
        self.records(tx, &block)?;
        self.heads(&block, &hash);
        self.report.blocks += 1;
        self.last = Some(block);
        Ok(())
    }

    fn records(&mut self, tx: &mut Tx<'_>, block: &Block) -> Result<(), StoreError> {
        let mut leaves: Vec<Hash> = Vec::new();
        let mut seq = block.first_seq - 1;
        loop {
            let page = tx.page(&RECORDS, params![seq, block.last_seq], STRIDE, Sealed::read)?;
            for record in page.items {
                for sequence in (seq + 1..record.seq).take(LISTED) {
                    self.report.add(Fault::RecordMissing { sequence });
                }
                seq = record.seq;
                self.report.records += 1;
                self.report.erased += u64::from(record.salt.is_none());
                let hash = record.leaf.hash(self.ring);
                if !record.is_whole()
                    || !chain::is_signed(self.ring, record.key_id, &hash, &record.mac)?
                {
                    self.report.add(Fault::RecordChanged { id: record.leaf.id });
                }
                leaves.push(hash);
            }
            if !page.more {
                break;
            }
        }
        for sequence in (seq + 1..=block.last_seq).take(LISTED) {
            self.report.add(Fault::RecordMissing { sequence });
        }
        if chain::root(&leaves) != block.root {
            self.report.add(Fault::BlockChanged {
                block: block.number,
            });
        }
        Ok(())
    }

    /// Compares the block with the heads written of its number. One of an earlier generation may differ: a restore
    /// took the store back behind it.
    fn heads(&mut self, block: &Block, hash: &Hash) {
        let generation = u64::try_from(block.generation).unwrap_or(0);
        for ((number, of), head) in self
            .known
            .range((block.number, 0)..=(block.number, u64::MAX))
        {
            if head.hash == *hash {
                self.report.anchored = self.report.anchored.max(block.last_seq);
            } else if *of < generation {
                self.report.lost_by_restore += 1;
            } else {
                self.report.add(Fault::Exchanged { block: *number });
            }
        }
    }

    fn finish(mut self) -> Report {
        let (number, seq) = self
            .last
            .as_ref()
            .map_or((0, 0), |last| (last.number, last.last_seq));
        self.report.last = seq;
        let beyond = self.known.values().filter(|head| head.block > number);
        let mut cut = None;
        for head in beyond {
            if head.generation < self.ring.generation() {
                self.report.lost_by_restore += 1;
            } else {
                cut = cut.max(Some(head.sequence));
            }
        }
        if let Some(known) = cut {
            self.report.add(Fault::TailCut { last: seq, known });
        }
        self.report
    }
}

/// A sealed record with its personal parts.
struct Sealed {
    leaf: Leaf,
    key_id: i64,
    mac: Vec<u8>,
    seq: i64,
    salt: Option<Vec<u8>>,
    person: [Option<String>; 3],
}

impl Sealed {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let super::Waiting { leaf, key_id, mac } = super::read_waiting(row)?;
        let person = [row.opt_text(10)?, row.opt_text(11)?, row.opt_text(12)?];
        Ok(Self {
            leaf,
            key_id,
            mac,
            seq: row.int(8)?,
            salt: row.opt_blob(9)?,
            person,
        })
    }

    /// Whether the personal parts are those committed to, or all erased together.
    fn is_whole(&self) -> bool {
        match (&self.salt, &self.person) {
            (Some(salt), [Some(actor), client, Some(detail)]) => {
                chain::commitment(salt, actor, client.as_deref(), detail) == self.leaf.commitment
            }
            (None, [None, None, None]) => true,
            _ => false,
        }
    }
}

fn waiting(tx: &mut Tx<'_>, report: &mut Report, now: Timestamp) -> Result<(), StoreError> {
    let mut cursor = (i64::MIN, String::new());
    loop {
        let page = tx.page(
            &WAITING,
            params![cursor.0, cursor.1],
            STRIDE,
            super::read_waiting,
        )?;
        for super::Waiting { leaf, key_id, mac } in page.items {
            cursor = (leaf.at.millis(), leaf.id.clone());
            report.waiting += 1;
            if !chain::is_signed(tx.ring(), key_id, &leaf.hash(tx.ring()), &mac)? {
                report.add(Fault::RecordChanged { id: leaf.id });
            } else if leaf.at.until(now) > UNSEALED {
                report.add(Fault::Unsealed { id: leaf.id });
            }
        }
        if !page.more {
            return Ok(());
        }
    }
}
