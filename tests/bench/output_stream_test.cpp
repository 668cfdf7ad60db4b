// Output that is no file to be replaced: devices, pipes, descriptors of the process, standard output.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <thread>

#include "bench/output/output_file.hpp"
#include "tests/bench/names.hpp"
#include "tests/bench/output_folder.hpp"

namespace kickbench::bench {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class OutputStreamTest : public test::OutputFolder {};

TEST_F(OutputStreamTest, A_full_device_is_written_to_and_not_replaced_and_reported) {
  const auto try_it = [] {
    test::give_up_privileges();
    try {
      OutputFile("--json", "/dev/full").write("x");
    } catch (const OutputError& error) {
      std::cerr << error.what() << std::endl;
      std::exit(0);
    }
    std::exit(1);
  };
  EXPECT_EXIT(try_it(), testing::ExitedWithCode(0), "--json /dev/full.*No space left on device");
}

/// What can be read, to its end.
std::string all_of(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

TEST_F(OutputStreamTest, A_pipe_receives_all_of_it) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const std::string content(1'000'000, 'x');
  std::string received;
  std::thread reader([&] { received = all_of(ends[0]); });
  OutputFile("--json", "/dev/fd/" + std::to_string(ends[1])).write(content);
  close(ends[1]);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(received, content);
}

/// Standard output is a file while this lives.
class StdoutIn {
 public:
  StdoutIn(const std::string& path, int flags) : saved_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
    dup2(file, STDOUT_FILENO);
    close(file);
  }
  ~StdoutIn() {
    dup2(saved_, STDOUT_FILENO);
    close(saved_);
  }
  StdoutIn(const StdoutIn&) = delete;
  StdoutIn& operator=(const StdoutIn&) = delete;

 private:
  int saved_;
};

TEST_F(OutputStreamTest, Standard_output_has_several_names) {
  fs::create_symlink("/dev/stdout", path("link"));
  for (const std::string& name : {std::string("-"), std::string("/dev/stdout"), std::string("/dev/fd/1"),
                                  std::string("/proc/self/fd/1"), path("link")}) {
    EXPECT_TRUE(is_standard_output(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("/dev/stderr"), std::string("/dev/fd/2"), path("-"), path("1"), std::string("1")}) {
    EXPECT_FALSE(is_standard_output(name)) << name;
  }
}

TEST_F(OutputStreamTest, Standard_output_goes_on_where_it_is) {
  for (const char* name : {"-", "/dev/stdout", "/dev/fd/1"}) {
    put(path("log"), "from yesterday\n");
    {
      const StdoutIn redirected(path("log"), O_APPEND);  // kickbench run --json - >> log
      const OutputFile out("--json", name);
      EXPECT_EQ(out.path(), name);
      EXPECT_FALSE(out.is_replaceable());
      out.write("{}\n");
    }
    EXPECT_EQ(content_of(path("log")), "from yesterday\n{}\n");
    {
      const StdoutIn redirected(path("group"), O_TRUNC);  // { echo first; kickbench run --json -; } > group
      ASSERT_EQ(write(STDOUT_FILENO, "first\n", 6), 6);
      OutputFile("--json", name).write("{}\n");
    }
    EXPECT_EQ(content_of(path("group")), "first\n{}\n");
  }
}

TEST_F(OutputStreamTest, A_descriptor_is_written_to_where_it_is) {
  put(path("log"), "");
  const int fd = open(path("log").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(write(fd, "first\n", 6), 6);
  OutputFile("--json", "/dev/fd/" + std::to_string(fd)).write("second\n");
  close(fd);
  EXPECT_EQ(content_of(path("log")), "first\nsecond\n");
}

TEST_F(OutputStreamTest, A_socket_receives_all_of_it) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  OutputFile("--json", "/dev/fd/" + std::to_string(ends[1])).write("{}\n");
  char received[8];
  EXPECT_EQ(std::string_view(received, static_cast<std::size_t>(read(ends[0], received, sizeof received))), "{}\n");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(OutputStreamTest, A_descriptor_that_is_closed_or_only_read_is_refused) {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const std::string name = "/dev/fd/" + std::to_string(fd);
  EXPECT_THAT(refusal_of(name), AllOf(HasSubstr(name), HasSubstr("Bad file descriptor")));
  close(fd);
  EXPECT_THAT(refusal_of(name), AllOf(HasSubstr(name), HasSubstr("Bad file descriptor")));
}

TEST_F(OutputStreamTest, A_named_pipe_without_a_reader_is_refused_and_not_waited_for) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(refusal_of(path("pipe")), AllOf(HasSubstr("--json " + path("pipe")), HasSubstr("start its reader")));
}

TEST_F(OutputStreamTest, A_named_pipe_keeps_its_reader_until_all_is_written) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", path("link"));
  for (const char* name : {"pipe", "link"}) {
    const int reader_end = open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(reader_end, 0);
    fcntl(reader_end, F_SETFL, 0);
    std::string received;
    const std::string content(1'000'000, 'x');  // more than a pipe holds
    std::thread reader;
    {
      const OutputFile file("--json", path(name));
      EXPECT_FALSE(file.is_replaceable());
      reader = std::thread([&] { received = all_of(reader_end); });  // ends where nobody holds the other end
      file.write(content);
    }
    reader.join();
    close(reader_end);
    EXPECT_EQ(received, content);
  }
}

}  // namespace
}  // namespace kickbench::bench
