"""The subcommands of `emoscope-models`, one file each."""
