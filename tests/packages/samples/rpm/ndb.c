/* ndb DATABASE ITEM...: puts each item, a file with a header, into the database; -NUMBER removes that one again. */
#include "system.h"
#include <fcntl.h>
#include <stdio.h>
#include "rpmpkg.h"

int main(int count, char **words)
{
    rpmpkgdb database;
    if (rpmpkgOpen(&database, words[1], O_RDWR | O_CREAT, 0644))
        return 1;
    for (int i = 2; i < count; i++) {
        static unsigned char blob[1 << 20];
        unsigned int number, size = 0;
        FILE *file = fopen(words[i], "rb");
        if (file)
            size = fread(blob, 1, sizeof blob, file);
        if (rpmpkgLock(database, 1))
            return 2;
        if (words[i][0] == '-' ? rpmpkgDel(database, atoi(words[i] + 1))
                               : rpmpkgNextPkgIdx(database, &number) || rpmpkgPut(database, number, blob, size))
            return 3;
        rpmpkgUnlock(database, 1);
    }
    rpmpkgClose(database);
    return 0;
}
