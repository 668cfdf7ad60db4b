// A directory that stands for "/" with the files a test wants, gone when the test ends.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kickbench::host {

class MadeUpRoot {
 public:
  MadeUpRoot() {
    std::string name = std::filesystem::temp_directory_path() / "kickbench-root-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~MadeUpRoot() { std::filesystem::remove_all(path_); }
  MadeUpRoot(const MadeUpRoot&) = delete;
  MadeUpRoot& operator=(const MadeUpRoot&) = delete;

  const std::filesystem::path& path() const { return path_; }

  void write(std::string_view file, std::string_view content) const {
    const std::filesystem::path target = path_ / std::filesystem::path(file).relative_path();
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace kickbench::host
