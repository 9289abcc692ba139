# ui/cmd: everything a person can ask for, one file a command.
noinst_LTLIBRARIES += libcmd.la
libcmd_la_SOURCES = ui/cmd/stub.c \
	ui/cmd/hold.c ui/cmd/hold.h
CMD_LIBS = libcmd.la
