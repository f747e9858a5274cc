//! Makes a build of the web app show up in the next build of the server.

fn main() -> std::io::Result<()> {
    // Cargo rebuilds for ever while a watched folder is missing.
    std::fs::create_dir_all("../../web/dist")?;
    println!("cargo::rerun-if-changed=../../web/dist");
    Ok(())
}
