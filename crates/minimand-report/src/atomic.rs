//! Writing a file so that readers see the old content or the new, never half of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes `path` through a temporary file beside it, renamed once complete.
///
/// Symbolic links are followed, so the link survives. Something that is neither
/// a file nor a folder (`/dev/stdout`, a pipe) is written directly, because
/// replacing it by a file would be wrong. Errors name `path`; after one, the
/// temporary file is removed.
///
/// # Errors
///
/// Whatever the file system or `write` reports, naming `path`.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let is_stream = fs::metadata(&target).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    let result = if is_stream {
        OpenOptions::new()
            .write(true)
            .open(&target)
            .and_then(|file| write_all(file, write).map(drop))
    } else {
        replace(&target, write)
    };
    result.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn replace(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let temporary = temporary_beside(target)?;
    let file = File::create_new(&temporary)?;
    let result = write_all(file, write)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&temporary, target));
    if result.is_err() {
        // The first error is the one to report; a left-over file is the lesser harm.
        let _ = fs::remove_file(&temporary);
    }
    result
}

fn write_all(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut buffered = BufWriter::new(file);
    write(&mut buffered)?;
    buffered.into_inner().map_err(|error| error.into_error())
}

/// A hidden name in the same folder, unique over processes and threads.
fn temporary_beside(target: &Path) -> io::Result<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let Some(name) = target.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a file name",
        ));
    };
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!(".{}.{}-{count}.tmp", name.to_string_lossy(), process::id());
    Ok(target.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_content_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for text in ["first", "second"] {
            write_atomically(&path, |out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names_in(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_failed_write_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let error = write_atomically(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        })
        .unwrap_err();
        assert!(error.to_string().contains("a.txt: disk full"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_path() {
        let error = write_atomically(Path::new("/no/such/folder/a.txt"), |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().starts_with("/no/such/folder/a.txt"));
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_survives() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }
}
