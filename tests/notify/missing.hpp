#pragma once

#include <string>

#include "notify/notifier.hpp"

namespace kickbench::test {

/// The notifiers that this host lacks, of those that a test was to look at: it is skipped with their reasons, once it
/// has looked at the others.
class Missing {
 public:
  /// True, and kept, if the host lacks it.
  bool lacks(const NotifierKind& kind) {
    const std::string reason = kind.unavailable_reason();
    if (!reason.empty()) text_ += (text_.empty() ? "" : "; ") + std::string(kind.name) + ": " + reason;
    return !reason.empty();
  }
  /// Empty if the host lacks none.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace kickbench::test
