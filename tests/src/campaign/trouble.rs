//! A server that lives on while what lies beneath it fails.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

use super::{
    Campaign,
    clients::{Answers, Written, fresh, shared_out},
};
use crate::{Caller, Command, history::Answer};

/// Says that it is over, also to those who wait for it while this thread panics.
struct Over<'f>(&'f AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Campaign {
    /// Eight clients record, each command again with the same id until it is answered, while something is
    /// done to what lies beneath the server. That sees what they are answered.
    pub fn record_during(&mut self, trouble: impl FnOnce(&Answers)) {
        self.round += 1;
        let server = self.site.serve();
        let caller = Caller::of(server.address(), &self.token, self.since);
        let (told, answers) = mpsc::channel();
        let (round, over) = (self.round, AtomicBool::new(false));
        let open = shared_out(std::mem::take(&mut self.open));
        let written: Vec<Written> = thread::scope(|scope| {
            let writers = (0..).zip(open).map(|(client, open)| {
                let (caller, told, over) = (&caller, told.clone(), &over);
                let commands = open.into_iter().chain((0..).map(move |n| fresh(round, client, n)));
                scope.spawn(move || record_until_over(caller, commands, over, &told))
            });
            let writers: Vec<_> = writers.collect();
            drop(told);
            let lasts = Over(&over);
            trouble(&Answers(answers));
            drop(lasts);
            writers.into_iter().map(|writer| self.joined(writer)).collect()
        });
        server.kill();
        self.keep(written);
    }
}

fn record_until_over(
    caller: &Caller,
    commands: impl Iterator<Item = Command>,
    over: &AtomicBool,
    told: &Sender<Answer>,
) -> Written {
    let mut written = Written::default();
    for command in commands {
        caller.until_answered(&command, &mut written.calls, |answer| {
            // Nobody looks any more once it is over.
            let _seen = told.send(answer);
        });
        written.sent.push(command);
        if over.load(Ordering::SeqCst) {
            break;
        }
    }
    written
}
