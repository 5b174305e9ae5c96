/* A thread ends the process while the first one waits. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void *end(void *argument) {
  mmap(NULL, 3 << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  usleep(10000);
  exit(7);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, end, NULL);
  pause();
  return 0;
}
