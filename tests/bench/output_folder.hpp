// What the tests of output files share: an empty folder each, and what was said in refusing or failing.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "bench/output/output_file.hpp"
#include "bench/scenario/scenario.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

class OutputFolder : public testing::Test {
 protected:
  OutputFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "kickbench-output-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", name, std::error_code());
    folder_ = name;
  }
  ~OutputFolder() override { std::filesystem::remove_all(folder_); }

  std::string path(const char* name) const { return folder_ / name; }

  static std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void put(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

  std::vector<std::string> names_in_folder() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.push_back(entry.path().filename());
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

  std::filesystem::path folder_;
};

/// To be called in a process of its own. Root may write everywhere, so that it is refused nothing; and it could replace
/// a device by a file, which no failing test may do to the machine.
inline void give_up_privileges() {
  if (geteuid() == 0 && setresuid(65'534, 65'534, 65'534) != 0) std::exit(2);
}

}  // namespace kickbench::bench::test
