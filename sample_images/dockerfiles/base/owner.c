/* chown and chmod for the sample parent image: the two tools that klibc-utils lacks.
 *
 *   chown [-R] UID:GID PATH...        chmod [-R] OCTAL PATH...
 *
 * One program under both names (like busybox); it never follows a symbolic link.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int recursive, chmod_wanted;
static unsigned long owner, group, mode;

static int change(const char *path)
{
	struct stat entry;
	int failed = lstat(path, &entry);

	if (!failed && chmod_wanted)
		failed = S_ISLNK(entry.st_mode) ? 0 : chmod(path, mode);
	else if (!failed)
		failed = lchown(path, owner, group);
	if (failed) {
		perror(path);
		return 1;
	}
	if (!recursive || !S_ISDIR(entry.st_mode))
		return 0;

	DIR *directory = opendir(path);
	if (!directory) {
		perror(path);
		return 1;
	}
	for (struct dirent *child; (child = readdir(directory)) != NULL;) {
		char below[4096];
		if (!strcmp(child->d_name, ".") || !strcmp(child->d_name, ".."))
			continue;
		snprintf(below, sizeof below, "%s/%s", path, child->d_name);
		failed |= change(below);
	}
	closedir(directory);
	return failed;
}

int main(int count, char **words)
{
	const char *name = strrchr(words[0], '/');
	int next = 1, failed = 0;
	char *rest;

	chmod_wanted = !strcmp(name ? name + 1 : words[0], "chmod");
	if (count > next && !strcmp(words[next], "-R"))
		recursive = next++;
	if (count < next + 2) {
		fprintf(stderr, "usage: chown [-R] UID:GID PATH... | chmod [-R] OCTAL PATH...\n");
		return 2;
	}
	if (chmod_wanted) {
		mode = strtoul(words[next++], NULL, 8);
	} else {
		owner = strtoul(words[next++], &rest, 10);
		group = *rest == ':' ? strtoul(rest + 1, NULL, 10) : owner;
	}
	for (; next < count; next++)
		failed |= change(words[next]);
	return failed;
}
