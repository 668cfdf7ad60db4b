#include "bench/host/system_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "bench/host/cpu_list.hpp"

namespace kickbench::host {

namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::filesystem::path below(const std::filesystem::path& root, std::string_view path) {
  return root / std::filesystem::path(path).relative_path();
}

std::string cannot(std::string_view path, int error_number) {
  return std::string(path) + ": " + std::strerror(error_number);
}

Fact<std::string> read_text(const std::filesystem::path& root, std::string_view path) {
  // stdio rather than iostreams: it tells the error of the open and of the read, which is the reason we print.
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(below(root, path).c_str(), "re"));
  if (!file) return Fact<std::string>::unknown(cannot(path, errno));
  std::string text;
  std::array<char, 4096> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    text.append(chunk.data(), count);
  }
  if (std::ferror(file.get()) != 0) return Fact<std::string>::unknown(cannot(path, errno));
  text.erase(text.find_last_not_of(white_space) + 1);
  // The kernel writes ASCII, but passes on what firmware calls itself; a stray byte would make the JSON invalid.
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) > 0x7E; }, '?');
  return Fact<std::string>::known(std::move(text));
}

Fact<std::string> read_word(const std::filesystem::path& root, std::string_view path) {
  Fact<std::string> text = read_text(root, path);
  if (text && text->empty()) return Fact<std::string>::unknown(std::string(path) + " is empty");
  return text;
}

Fact<std::uint64_t> read_count(const std::filesystem::path& root, std::string_view path) {
  const Fact<std::string> text = read_text(root, path);
  if (!text) return Fact<std::uint64_t>::unknown(text.reason);
  if (const auto count = parse_count(*text)) return Fact<std::uint64_t>::known(*count);
  return Fact<std::uint64_t>::unknown(std::string(path) + ": '" + *text + "' is not a number");
}

Fact<std::vector<int>> read_cpu_list(const std::filesystem::path& root, std::string_view path) {
  const Fact<std::string> text = read_text(root, path);
  if (!text) return Fact<std::vector<int>>::unknown(text.reason);
  if (auto cpus = parse_cpu_list(trimmed(*text))) return Fact<std::vector<int>>::known(std::move(*cpus));
  return Fact<std::vector<int>>::unknown(std::string(path) + ": '" + *text + "' is not a list of CPUs");
}

Fact<bool> read_flag(const std::filesystem::path& root, std::string_view path) {
  const Fact<std::string> text = read_word(root, path);
  if (!text) return Fact<bool>::unknown(text.reason);
  if (*text == "1" || *text == "Y") return Fact<bool>::known(true);
  if (*text == "0" || *text == "N") return Fact<bool>::known(false);
  return Fact<bool>::unknown(std::string(path) + ": '" + *text + "' is neither yes nor no");
}

Fact<std::string> read_choice(const std::filesystem::path& root, std::string_view path) {
  Fact<std::string> text = read_text(root, path);
  if (!text) return text;
  const std::size_t open = text->find_first_of("[(");
  const std::size_t close = text->find_first_of("])", open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) {
    return Fact<std::string>::unknown(std::string(path) + ": '" + *text + "' marks no choice");
  }
  return Fact<std::string>::known(text->substr(open + 1, close - open - 1));
}

Fact<std::string> value_of_key(const Fact<std::string>& text, std::string_view path, std::string_view key) {
  if (!text) return text;
  for (const std::string_view line : lines_of(*text)) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == key) {
      return Fact<std::string>::known(std::string(trimmed(line.substr(colon + 1))));
    }
  }
  return Fact<std::string>::unknown(std::string(path) + " has no '" + std::string(key) + "'");
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return count;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return words;
    text.remove_prefix(first);
    const std::size_t end = text.find_first_of(white_space);
    words.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end);
  }
}

bool has_word(std::string_view text, std::string_view word) {
  const auto words = words_of(text);
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace kickbench::host
