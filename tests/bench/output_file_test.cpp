// Output files that are replaced as a whole.
#include "bench/output/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "bench/scenario/scenario.hpp"
#include "tests/bench/names.hpp"
#include "tests/bench/output_folder.hpp"

namespace kickbench::bench {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class OutputFileTest : public test::OutputFolder {};

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

void expect_refused_without_privileges(const std::string& path) {
  const auto try_it = [&] {
    test::give_up_privileges();
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
  fs::create_directory(path("result.json"));  // stands in the way
  put(path("result.json/blocker"), "whole\n");
  EXPECT_THAT(failure_of(file, "new\n"), AllOf(HasSubstr("--json " + path("result.json")), HasSubstr("directory"),
                                               HasSubstr("What was written before is intact")));
  EXPECT_EQ(content_of(path("result.json/blocker")), "whole\n");
  EXPECT_THAT(names_in_folder(), testing::ElementsAre("result.json"));
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

TEST_F(OutputFileTest, Files_of_the_user_beside_the_target_are_left_alone) {
  for (const char* name : {"result.json.part", "result.json.tmp", "result.json~"}) put(path(name), name);
  const OutputFile file("--json", path("result.json"));
  file.write("short\n");
  for (const char* name : {"result.json.part", "result.json.tmp", "result.json~"}) {
    EXPECT_EQ(content_of(path(name)), name);
  }
  EXPECT_EQ(names_in_folder().size(), 4U);
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(stat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777;
}

TEST_F(OutputFileTest, A_file_keeps_its_mode_and_a_new_one_has_that_of_the_umask) {
  put(path("secret.json"), "");
  ASSERT_EQ(chmod(path("secret.json").c_str(), 0600), 0);
  OutputFile("--json", path("secret.json")).write("new\n");
  EXPECT_EQ(mode_of(path("secret.json")), 0600U);
  EXPECT_EQ(content_of(path("secret.json")), "new\n");
  const mode_t before = umask(027);
  OutputFile("--json", path("new.json")).write("new\n");
  umask(before);
  EXPECT_EQ(mode_of(path("new.json")), 0640U);
}

TEST_F(OutputFileTest, A_file_in_a_folder_that_is_not_writable_is_written_in_place) {
  put(path("result.json"), "a long first result\n");
  fs::permissions(path("result.json"), fs::perms::all);
  const auto try_it = [&] {
    constexpr auto writing = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
    fs::permissions(folder_, fs::perms::all & ~writing);
    test::give_up_privileges();
    OutputFile("--json", path("result.json")).write("second\n");
    std::exit(0);
  };
  EXPECT_EXIT(try_it(), testing::ExitedWithCode(0), "");
  EXPECT_EQ(content_of(path("result.json")), "second\n");
}

TEST_F(OutputFileTest, A_link_stays_and_its_target_has_the_new_content) {
  fs::create_directory(path("results"));
  put(path("results/monday.json"), "old\n");
  fs::create_symlink("results/monday.json", path("relative"));
  fs::create_symlink(path("results/monday.json"), path("absolute"));
  fs::create_symlink("absolute", path("link-to-a-link"));
  for (const char* name : {"relative", "absolute", "link-to-a-link"}) {
    const OutputFile file("--json", path(name));
    EXPECT_TRUE(file.is_replaceable());
    file.write(name);
    EXPECT_TRUE(fs::is_symlink(path(name)));
    EXPECT_FALSE(fs::is_symlink(path("results/monday.json")));
    EXPECT_EQ(content_of(path("results/monday.json")), name);
  }
  EXPECT_EQ(names_in_folder().size(), 4U) << "nothing else is left behind";
}

TEST_F(OutputFileTest, A_link_to_what_is_not_there_yet_makes_it) {
  fs::create_symlink("new.json", path("link"));
  OutputFile("--json", path("link")).write("made\n");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(content_of(path("new.json")), "made\n");
}

TEST_F(OutputFileTest, Links_that_lead_nowhere_are_refused) {
  fs::create_symlink("b", path("a"));
  fs::create_symlink("a", path("b"));
  EXPECT_THAT(refusal_of(path("a")), HasSubstr("Too many levels of symbolic links"));
  fs::create_symlink("missing/result.json", path("c"));
  EXPECT_THAT(refusal_of(path("c")), AllOf(HasSubstr(path("c")), HasSubstr("No such file or directory")));
}

}  // namespace
}  // namespace kickbench::bench
