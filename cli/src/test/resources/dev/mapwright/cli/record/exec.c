/* The first process begins another program, after a thread of its own. */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

static void *begin(void *argument) {
  execl("/bin/true", "true", (char *)0);
  return argument;
}

int main(int count, char **words) {
  mmap(NULL, 1 << 14, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (count > 1 && words[1][0] == 't') {
    pthread_t thread;
    pthread_create(&thread, NULL, begin, NULL);
    pause();
  }
  begin(NULL);
  return 1;
}
