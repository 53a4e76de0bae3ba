"""The languages that courses are written in: one data file a language, beside this module.

A third language is one more file: nothing here names one.
"""

from coursewright.languages.language import Language, language_codes, load_language, words_of_all

__all__ = ["Language", "language_codes", "load_language", "words_of_all"]
