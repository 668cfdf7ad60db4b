// Small files of /proc and /sys, read below a root so that a test can stand a made-up machine in a directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/host/fact.hpp"

namespace kickbench::host {

/// Where an absolute path lies below `root`.
std::filesystem::path below(const std::filesystem::path& root, std::string_view path);

/// "path: what errno says", the form of every reason for a file that could not be used.
std::string cannot(std::string_view path, int error_number);

/// Whole content in ASCII, other bytes as '?', without trailing white space; unknown with the path and the error when
/// it cannot be read.
Fact<std::string> read_text(const std::filesystem::path& root, std::string_view path);

/// As read_text, where an empty file counts as unknown too.
Fact<std::string> read_word(const std::filesystem::path& root, std::string_view path);

/// An unsigned number that fills the file.
Fact<std::uint64_t> read_count(const std::filesystem::path& root, std::string_view path);

/// A CPU list that fills the file; empty is a known value.
Fact<std::vector<int>> read_cpu_list(const std::filesystem::path& root, std::string_view path);

/// Yes or no, as "1" and "0" or as "Y" and "N".
Fact<bool> read_flag(const std::filesystem::path& root, std::string_view path);

/// The bracketed word of "always [madvise] never" or "none (full)".
Fact<std::string> read_choice(const std::filesystem::path& root, std::string_view path);

/// What follows `key` and a colon on the first such line ("model name : x") of a text that was read from `path`.
Fact<std::string> value_of_key(const Fact<std::string>& text, std::string_view path, std::string_view key);

/// The unsigned number that fills the text.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// Lines of the text, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

/// Words of the text between white space.
std::vector<std::string_view> words_of(std::string_view text);

/// Whether `word` is one of them.
bool has_word(std::string_view text, std::string_view word);

}  // namespace kickbench::host
