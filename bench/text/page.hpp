// Text for people: no line is longer than the page is wide.
#pragma once

#include <optional>
#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

namespace kickbench::bench::text {

/// Characters, not bytes, of UTF-8.
std::size_t characters(const std::string& text);

/// None where the descriptor is no terminal, or one that does not say.
std::optional<std::size_t> terminal_width(int descriptor);

/// How wide standard output is: what the environment variable COLUMNS says, else its terminal, and 80 where it is none.
/// Never less than 40.
std::size_t output_width();

/// Of the page that `out` is; without a limit where it is none.
std::size_t page_width(std::ostream& out);

/// The line in lines of at most `width` characters, broken between words, and within those that are longer. It goes on
/// below its second column, which begins after two spaces or more; where it has one column, two characters further in.
std::vector<std::string> fold(const std::string& line, std::size_t width);

/// Folds every line that is written to it and hands it to another stream. What is no text for people (JSON, CSV) goes
/// there directly.
class Page final : public std::ostream {
 public:
  explicit Page(std::ostream& below, std::size_t width = output_width());
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  ~Page() override;

 private:
  class Buffer final : public std::streambuf {
   public:
    Buffer(std::ostream& out, std::size_t width) : out_(out), width_(width) {}
    void end_line();
    bool has_part_of_a_line() const { return !line_.empty(); }

   protected:
    int_type overflow(int_type character) override;
    int sync() override;

   private:
    std::ostream& out_;
    std::size_t width_;
    std::string line_;
  };

  Buffer buffer_;
};

}  // namespace kickbench::bench::text
