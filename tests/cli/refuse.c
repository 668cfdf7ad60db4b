/* refuse NAME COMMAND [ARGUMENT...]: runs the command where one system call fails, as it does in many containers and on
 * older kernels, and nothing else does. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
  const char* name;
  unsigned number;
  unsigned error;
} calls[] = {
    {"io_uring_setup", SYS_io_uring_setup, EPERM},
    {"io_uring_enter", SYS_io_uring_enter, EPERM},
    {"memfd_create", SYS_memfd_create, ENOSYS},
};

static int run_without(unsigned number, unsigned error, char** command) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof rules / sizeof rules[0], .filter = rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    perror("refuse: no seccomp filter");
    return 77;
  }
  execvp(command[0], command);
  perror(command[0]);
  return 127;
}

int main(int argc, char** argv) {
  for (unsigned i = 0; argc > 2 && i < sizeof calls / sizeof calls[0]; ++i) {
    if (strcmp(argv[1], calls[i].name) == 0) return run_without(calls[i].number, calls[i].error, argv + 2);
  }
  fprintf(stderr, "usage: refuse io_uring_setup|io_uring_enter|memfd_create COMMAND [ARGUMENT...]\n");
  return 2;
}
