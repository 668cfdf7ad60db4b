#include "bench/command/distribution_option.hpp"

#include <array>
#include <charconv>
#include <span>
#include <vector>

#include "bench/command/options.hpp"
#include "bench/output/histogram_json.hpp"
#include "bench/scenario/nearest_name.hpp"

namespace kickbench::bench::command {
namespace {

using model::Distribution;

/// What follows the name, piece by piece.
class Pieces {
 public:
  Pieces(const std::string& option, std::span<const std::string> pieces) : option_(option), pieces_(pieces) {}
  Nanoseconds time(std::size_t index) const { return parse_model_time(option_, pieces_[index]); }
  double probability(std::size_t index) const {
    const std::string& text = pieces_[index];
    double value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && rest == text.data() + text.size() && value >= 0 && value <= 1) return value;
    throw scenario::UsageError(option_ + ": '" + text + "' is no probability: write a number from 0 to 1");
  }

 private:
  const std::string& option_;
  std::span<const std::string> pieces_;
};

struct Form {
  std::string_view name;
  std::string_view example;
  std::size_t pieces;
  Distribution (*parse)(const Pieces&);
};

constexpr std::array forms{
    Form{"exp", "exp:2us", 1, [](const Pieces& p) -> Distribution { return model::Exponential{p.time(0)}; }},
    Form{"normal", "normal:2us:200ns", 2,
         [](const Pieces& p) -> Distribution {
           return model::Normal{p.time(0), p.time(1)};
         }},
    Form{"lognormal", "lognormal:2us:1us", 2,
         [](const Pieces& p) -> Distribution {
           return model::Lognormal{p.time(0), p.time(1)};
         }},
    Form{"uniform", "uniform:1us:3us", 2,
         [](const Pieces& p) -> Distribution {
           return model::Uniform{p.time(0), p.time(1)};
         }},
    Form{"bimodal", "bimodal:1us:5us:0.1", 3,
         [](const Pieces& p) -> Distribution {
           return model::Bimodal{p.time(0), p.time(1), p.probability(2)};
         }},
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', begin)) {
    pieces.push_back(text.substr(begin, colon - begin));
    begin = colon + 1;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

Distribution from_file(const std::string& option, const std::string& file_and_name) {
  const std::size_t hash = file_and_name.rfind('#');
  if (hash == std::string::npos || hash == 0 || hash + 1 == file_and_name.size()) {
    throw scenario::UsageError(option + " file:" + file_and_name +
                               ": write file:FILE#NAME, the name of a histogram in the file");
  }
  return output::read_histogram(option, file_and_name.substr(0, hash), file_and_name.substr(hash + 1));
}

std::vector<std::string_view> names_of_forms() {
  std::vector<std::string_view> names;
  for (const Form& form : forms) names.push_back(form.name);
  names.push_back("file");
  return names;
}

}  // namespace

model::Distribution parse_cost(const std::string& option, const std::string& text) {
  constexpr std::string_view file = "file:";
  if (text.starts_with(file)) return from_file(option, text.substr(file.size()));
  const std::vector<std::string> pieces = split(text);
  if (pieces.size() == 1) return model::Constant{parse_model_time(option, text)};
  const auto* form = std::ranges::find(forms, std::string_view(pieces.front()), &Form::name);
  if (form == forms.end()) {
    throw scenario::UsageError(
        scenario::unknown_name(option + ": distribution", pieces.front(), names_of_forms(), std::identity()));
  }
  if (pieces.size() != form->pieces + 1) {
    throw scenario::UsageError(option + " " + text + ": has " + std::to_string(pieces.size() - 1) +
                               " values behind its name; " + "write it like " + std::string(form->example));
  }
  return form->parse(Pieces(option, std::span(pieces).subspan(1)));
}

}  // namespace kickbench::bench::command
