// Lines that fit the page.
#include "bench/text/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "bench/output/table.hpp"

namespace kickbench::bench {
namespace {

using testing::ElementsAre;
using text::fold;

std::string on_page(const std::string& written, std::size_t width) {
  std::ostringstream out;
  text::Page(out, width) << written;
  return out.str();
}

TEST(Fold, Breaks_between_words_and_goes_on_two_further_in) {
  EXPECT_THAT(fold("short", 40), ElementsAre("short"));
  EXPECT_THAT(fold("one two three four", 10), ElementsAre("one two", "  three", "  four"));
}

TEST(Fold, Goes_on_below_the_second_column) {
  EXPECT_THAT(fold("N    what a signal costs its sender", 20),
              ElementsAre("N    what a signal", "     costs its", "     sender"));
}

TEST(Fold, A_word_that_is_too_long_breaks_behind_a_slash_or_anywhere) {
  EXPECT_THAT(fold("split/eventfd/wp:2000", 15), ElementsAre("split/eventfd/", "  wp:2000"));
  EXPECT_THAT(fold("abcdefghijkl", 10), ElementsAre("abcdefghij", "  kl"));
}

TEST(Fold, Counts_characters_and_not_bytes) {
  EXPECT_THAT(fold("µµµµ µµµµ", 9), ElementsAre("µµµµ µµµµ"));
  EXPECT_THAT(fold("µµµµ µµµµ", 8), ElementsAre("µµµµ", "  µµµµ"));
}

TEST(Page, No_line_is_wider_and_no_word_is_lost) {
  const std::string words = "The quick brown fox jumps over the lazy dog, again and again; and once more.";
  for (std::size_t width = 20; width < 80; ++width) {
    std::istringstream lines(on_page(words + "\n\nb  " + words, width));
    std::string joined;
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(text::characters(line), width);
      std::istringstream in(line);
      for (std::string word; in >> word;) joined += word + " ";
    }
    EXPECT_EQ(joined, words + " b " + words + " ") << width;
  }
}

TEST(Page, Ends_a_line_that_was_not_ended) {
  EXPECT_EQ(on_page("a\nb", 20), "a\nb\n");
  EXPECT_EQ(on_page("", 20), "");
}

TEST(TableOnPage, What_does_not_fit_goes_on_below_under_the_names) {
  output::Table table({{"name", output::Table::Align::left}, {"first"}, {"second"}, {"third"}});
  table.add({"x", "1", "2", "3"});
  std::ostringstream out;
  text::Page page(out, 20);
  table.print(page);
  EXPECT_EQ(out.str(),
            "name  first  second\n"
            "x         1       2\n"
            "\n"
            "name  third\n"
            "x         3\n");
}

TEST(TableOnPage, Names_that_are_long_stand_above_their_row) {
  output::Table table({{"name", output::Table::Align::left}, {"first"}, {"second"}});
  table.add({"split/eventfd/1000", "1", "2"});
  std::ostringstream out;
  text::Page page(out, 24);
  table.print(page);
  EXPECT_EQ(out.str(),
            "name\n"
            "    first  second\n"
            "split/eventfd/1000\n"
            "        1       2\n");
}

TEST(TableOnPage, Prose_is_folded_in_its_column) {
  output::Table table({{"key", output::Table::Align::left}, {"", output::Table::Align::prose}});
  table.add({"regime", "the fast consumer stops again and again"});
  std::ostringstream out;
  {
    text::Page page(out, 30);
    table.print(page);
  }
  EXPECT_EQ(out.str(),
            "key\n"
            "regime  the fast consumer\n"
            "        stops again and again\n");
}

}  // namespace
}  // namespace kickbench::bench
