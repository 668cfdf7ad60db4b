#include "bench/output/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "bench/scenario/scenario.hpp"

namespace kickbench::bench {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  OutputFileTest() {
    std::string name = (fs::temp_directory_path() / "kickbench-output-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw fs::filesystem_error("mkdtemp", name, std::error_code());
    folder_ = name;
  }
  ~OutputFileTest() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return folder_ / name; }

  static std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void put(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

  std::vector<std::string> names_in_folder() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  }

  static std::string refusal_of(const std::string& path) {
    try {
      OutputFile("--json", path);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  }

  static std::string failure_of(const OutputFile& file, std::string_view content) {
    try {
      file.write(content);
    } catch (const OutputError& error) {
      return error.what();
    }
    return "written";
  }

  fs::path folder_;
};

TEST_F(OutputFileTest, Each_write_replaces_the_content) {
  const OutputFile file("--json", path("result.json"));
  file.write("a long first result\n");
  EXPECT_EQ(content_of(path("result.json")), "a long first result\n");
  file.write("second\n");
  EXPECT_EQ(content_of(path("result.json")), "second\n");
  EXPECT_THAT(names_in_folder(), testing::ElementsAre("result.json")) << "nothing else is left behind";
}

TEST_F(OutputFileTest, Replacing_is_one_step_for_whoever_reads_the_file) {
  const OutputFile file("--json", path("result.json"));
  file.write("first\n");
  std::ifstream reader(path("result.json"));
  file.write("second\n");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "first\n");
}

TEST_F(OutputFileTest, Opening_changes_nothing) {
  put(path("old.json"), "from yesterday\n");
  OutputFile("--json", path("old.json"));
  OutputFile("--json", path("new.json"));
  EXPECT_EQ(content_of(path("old.json")), "from yesterday\n");
  EXPECT_THAT(names_in_folder(), testing::ElementsAre("old.json"));
}

TEST_F(OutputFileTest, A_path_that_cannot_be_written_is_refused_beforehand_with_option_path_and_reason) {
  const std::string nowhere = path("missing/result.json");
  EXPECT_THAT(refusal_of(nowhere), AllOf(HasSubstr("--json " + nowhere), HasSubstr("No such file or directory")));
  EXPECT_THAT(refusal_of(folder_), AllOf(HasSubstr(folder_.string()), HasSubstr("Is a directory")));
  EXPECT_THAT(refusal_of(""), HasSubstr("--json"));
  EXPECT_EQ(names_in_folder().size(), 0U);
}

/// To be called in a process of its own. Root may write everywhere, so that it is refused nothing; and it could replace
/// a device by a file, which no failing test may do to the machine.
void give_up_privileges() {
  if (geteuid() == 0 && setresuid(65'534, 65'534, 65'534) != 0) std::exit(2);
}

void expect_refused_without_privileges(const std::string& path) {
  const auto try_it = [&] {
    give_up_privileges();
    try {
      OutputFile("--json", path);
    } catch (const UsageError& error) {
      std::cerr << error.what() << std::endl;
      std::exit(0);
    }
    std::exit(1);
  };
  EXPECT_EXIT(try_it(), testing::ExitedWithCode(0), "Permission denied");
}

TEST_F(OutputFileTest, A_read_only_file_or_folder_is_refused_beforehand) {
  fs::permissions(folder_, fs::perms::all);
  put(path("read-only.json"), "precious\n");
  fs::permissions(path("read-only.json"), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  expect_refused_without_privileges(path("read-only.json"));
  fs::create_directory(path("locked"));
  fs::permissions(path("locked"), fs::perms::owner_read | fs::perms::owner_exec);
  expect_refused_without_privileges(path("locked/result.json"));
  EXPECT_EQ(content_of(path("read-only.json")), "precious\n");
}

TEST_F(OutputFileTest, A_write_that_fails_says_where_and_why_and_keeps_what_was_there) {
  const OutputFile file("--json", path("result.json"));
  file.write("whole\n");
  fs::create_directory(path("result.json.part"));  // stands in the way
  put(path("result.json.part/blocker"), "");
  EXPECT_THAT(failure_of(file, "new\n"), AllOf(HasSubstr("--json " + path("result.json")), HasSubstr("directory")));
  EXPECT_EQ(content_of(path("result.json")), "whole\n");
}

TEST_F(OutputFileTest, Running_out_of_room_keeps_the_last_whole_result) {
  const OutputFile file("--json", path("result.json"));
  file.write("whole\n");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{.rlim_cur = 4096, .rlim_max = before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string failure = failure_of(file, std::string(10'000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(failure, HasSubstr("File too large"));
  EXPECT_EQ(content_of(path("result.json")), "whole\n");
  EXPECT_THAT(names_in_folder(), testing::ElementsAre("result.json"));
}

TEST_F(OutputFileTest, What_a_killed_run_left_behind_does_not_get_into_the_next_result) {
  const OutputFile file("--json", path("result.json"));
  put(path("result.json.part"), "a longer text than the result\n");
  file.write("short\n");
  EXPECT_EQ(content_of(path("result.json")), "short\n");
}

TEST_F(OutputFileTest, A_full_device_is_written_to_and_not_replaced_and_reported) {
  const auto try_it = [] {
    give_up_privileges();
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

TEST_F(OutputFileTest, A_pipe_receives_all_of_it) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const std::string content(1'000'000, 'x');
  std::string received;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
      received.append(buffer, static_cast<std::size_t>(got));
    }
  });
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

TEST_F(OutputFileTest, A_dash_is_standard_output) {
  const OutputFile out("--json", "-");
  EXPECT_TRUE(out.is_stdout());
  EXPECT_EQ(out.path(), "-");
  EXPECT_FALSE(OutputFile("--json", path("-x")).is_stdout());
  {
    const StdoutIn redirected(path("stdout"), O_TRUNC);
    out.write("{}\n");
  }
  EXPECT_EQ(content_of(path("stdout")), "{}\n");
}

TEST_F(OutputFileTest, Standard_output_goes_on_where_it_is) {
  put(path("log"), "from yesterday\n");
  {
    const StdoutIn redirected(path("log"), O_APPEND);  // kickbench run --json - >> log
    OutputFile("--json", "-").write("{}\n");
  }
  EXPECT_EQ(content_of(path("log")), "from yesterday\n{}\n");
  {
    const StdoutIn redirected(path("group"), O_TRUNC);  // { echo first; kickbench run --json -; } > group
    ASSERT_EQ(write(STDOUT_FILENO, "first\n", 6), 6);
    OutputFile("--json", "-").write("{}\n");
  }
  EXPECT_EQ(content_of(path("group")), "first\n{}\n");
}

}  // namespace
}  // namespace kickbench::bench
