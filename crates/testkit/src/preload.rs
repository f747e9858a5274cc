//! A slow disk: a library in C, put before the system's own, that holds back every call which makes bytes durable.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// With this in its environment, a process is only held back at files whose path contains the value.
pub const ONLY: &str = "SLOW_DISK_ONLY";

/// Makes the library in `folder`: each durable write then takes `delay` more. For `LD_PRELOAD`.
pub fn slow_disk(folder: &Path, delay: Duration) -> PathBuf {
    let source = folder.join("slow_disk.c");
    let library = folder.join("slow_disk.so");
    let code = SOURCE
        .replace("DELAY_US", &delay.as_micros().to_string())
        .replace("ONLY", ONLY);
    std::fs::write(&source, code).expect("a source file");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .output()
        .expect("cc is there: it builds the server too");
    let complaint = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{complaint}");
    library
}

const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int concerned(int fd) {
    const char *only = getenv("ONLY");
    if (!only) return 1;
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 1;
    path[length] = 0;
    return strstr(path, only) != NULL;
}

static void hold(void) {
    struct timespec left = { DELAY_US / 1000000, (DELAY_US % 1000000) * 1000L };
    int error = errno;
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {}
    errno = error;
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    if (concerned(fd)) hold();
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    if (concerned(fd)) hold();
    return real(fd);
}

int sync_file_range(int fd, off64_t offset, off64_t bytes, unsigned int flags) {
    static int (*real)(int, off64_t, off64_t, unsigned int);
    if (!real) real = dlsym(RTLD_NEXT, "sync_file_range");
    if (concerned(fd)) hold();
    return real(fd, offset, bytes, flags);
}

int msync(void *address, size_t length, int flags) {
    static int (*real)(void *, size_t, int);
    if (!real) real = dlsym(RTLD_NEXT, "msync");
    hold();
    return real(address, length, flags);
}
"#;
