//! A process, and why its number is never used once it may be another's.

use std::io;
use std::process::{Child, ChildStderr, ChildStdout, ExitStatus};

use rustix::io::retry_on_intr;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid,
};

use crate::Pipe;

/// A process that a guard started; ends when dropped, with all of its group.
///
/// Its number is its own until its end is acknowledged. So the group is killed first, then the shell forgets it, and
/// only then is the end acknowledged.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pipe: Pipe,
    ended: Option<ExitStatus>,
}

impl Process {
    pub(crate) fn new(child: Child, pipe: Pipe) -> Self {
        Self {
            child,
            pipe,
            ended: None,
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it writes, if that goes to a pipe; once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// What it complains about, if that goes to a pipe; once.
    pub fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Sends it a signal; an error if it is known to have ended.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        if self.ended.is_some() {
            return Err(io::Error::other("the process has ended"));
        }
        Ok(kill_process(self.pid()?, signal)?)
    }

    /// How it ended, if it has; then what it left running in its group has ended, too.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.ended.is_none() && !self.has_ended(WaitIdOptions::NOHANG)? {
            return Ok(None);
        }
        self.kill().map(Some)
    }

    /// Waits until it has ended; then what it left running in its group has ended, too.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if self.ended.is_none() {
            self.has_ended(WaitIdOptions::empty())?;
        }
        self.kill()
    }

    /// Kills it and all of its group, unless it has ended already, and answers how it ended.
    pub fn kill(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        kill_process_group(self.pid()?, Signal::KILL)?;
        self.pipe.tell(&format!("end {}\n", self.id()));
        let status = self.child.wait()?;
        self.ended = Some(status);
        Ok(status)
    }

    /// Looks without acknowledging.
    fn has_ended(&self, options: WaitIdOptions) -> io::Result<bool> {
        let pid = self.pid()?;
        let options = options | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        Ok(retry_on_intr(|| waitid(WaitId::Pid(pid), options))?.is_some())
    }

    fn pid(&self) -> io::Result<Pid> {
        let pid = i32::try_from(self.id()).ok().and_then(Pid::from_raw);
        pid.ok_or_else(|| io::Error::other("no number of a process"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill().ok();
    }
}
