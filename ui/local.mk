# ui: screens.
noinst_LTLIBRARIES += libui.la
libui_la_SOURCES = ui/stub.c
libui_la_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS)
UI_LIBS = libui.la $(CURSES_LIBS)
