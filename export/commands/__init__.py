"""The subcommands of `emoscope-export`, one file each."""
