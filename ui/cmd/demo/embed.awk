# Files as C strings: awk -f embed.awk FILE... > demo_data.c
# Each file is one name and one array of lines, so that no string passes the
# 4,095 bytes that C11 promises.
function quoted(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	gsub(/\?/, "\\?", s) # no trigraphs
	return s
}
BEGIN { print "#include \"ui/cmd/demo.h\"\n" }
FNR == 1 {
	if (open)
		print "\tNULL,\n};"
	open = 1
	name = FILENAME
	sub(/^.*\/demo\//, "", name)
	id = name
	gsub(/[^a-zA-Z0-9]/, "_", id)
	printf "static const char *const %s[] = {\n", id
	names[++count] = name
	ids[count] = id
}
{ printf "\t\"%s\\n\",\n", quoted($0) }
END {
	if (open)
		print "\tNULL,\n};"
	print "\nconst struct demo_file demo_files[] = {"
	for (i = 1; i <= count; i++)
		printf "\t{ \"%s\", %s },\n", names[i], ids[i]
	print "\t{ NULL, NULL },\n};"
}
