"""Networks, in plain torch and ready to be exported."""
