//! One shell that runs the blocks of a document, one after the other.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

const END: &str = "-- end of the block --";

/// A shell in its own folder; dropping it ends the shell and everything it started.
pub struct Shell {
    home: PathBuf,
    /// Removed with the shell, if it is the shell's own.
    folder: Option<TempDir>,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Shell {
    /// A shell in a temporary folder that finds `program` by its name.
    pub fn start(program: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut shell = Self::start_in(folder.path(), program);
        shell.folder = Some(folder);
        shell
    }

    /// The same in this folder.
    pub fn start_in(home: &Path, program: &str) -> Self {
        let folder = Path::new(program).parent().expect("a program is in a folder");
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
        let mut child = Command::new("bash")
            .env("PATH", path)
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash runs");
        let mut input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        writeln!(input, "exec 2>&1; trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT")
            .expect("the shell listens");
        Self { home: home.to_owned(), folder: None, child, input, output }
    }

    /// Its folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The content of a file in its folder, if it exists.
    pub fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.home.join(name)).ok()
    }

    /// Runs `block` and returns what it printed.
    #[track_caller]
    pub fn run(&mut self, block: &str) -> String {
        writeln!(self.input, "{block}\necho; echo '{END}'").expect("the shell listens");
        let mut said = String::new();
        while !said.trim_end().ends_with(END) {
            let read = self.output.read_line(&mut said).expect("the shell writes text");
            assert!(read > 0, "the shell ended in:\n{block}\nand said:\n{said}");
        }
        said.trim_end().trim_end_matches(END).trim_end().to_owned()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // At the end of its input the shell ends by itself, together with its servers.
        let _ = writeln!(self.input, "exit");
        let _ = self.child.wait();
    }
}
