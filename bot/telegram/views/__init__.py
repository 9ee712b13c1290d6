"""Views: values and a translator in, a screen out. Pure: nothing is sent or looked up here."""
