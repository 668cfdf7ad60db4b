#include "tests/interleave/explorer.hpp"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <utility>

namespace kickbench::interleave {
namespace {

enum class Order { deepest_first, nearest_first };

class Search {
 public:
  Search(Program& program, const Limits& limits, Order order) : program_(program), limits_(limits), order_(order) {}

  Exploration run() {
    start();
    if (visit({no_parent, {}})) branch();
    finish();
    while (!untried_.empty() && found_.wrong.empty() && nodes_.size() <= limits_.state_count_max) follow(next());
    found_.state_count = nodes_.size();
    found_.exhaustive = untried_.empty() && found_.wrong.empty();
    return std::move(found_);
  }

 private:
  static constexpr std::uint32_t no_parent = ~std::uint32_t{0};

  /// How a state is reached: a move from a state that was reached before.
  struct Way {
    std::uint32_t parent;
    Move move;
  };

  void start() {
    program_.begin();
    machine().start([this] { program_.producer(); }, [this] { program_.consumer(); }, limits_.early_return_max);
  }
  void finish() {
    program_.stop();
    machine().finish();
  }

  Way next() {
    const Way way = order_ == Order::deepest_first ? untried_.back() : untried_.front();
    order_ == Order::deepest_first ? untried_.pop_back() : untried_.pop_front();
    return way;
  }

  // A state cannot be restored, only reached again from the start; going deeper is free.
  void follow(Way way) {
    path_.clear();
    for (std::uint32_t node = way.parent; nodes_[node].parent != no_parent; node = nodes_[node].parent) {
      path_.push_back(nodes_[node].move);
    }
    std::reverse(path_.begin(), path_.end());
    start();
    machine().make(path_);
    for (;;) {
      machine().make({&way.move, 1});
      ++found_.move_count;
      if (!visit(way) || !branch() || order_ == Order::nearest_first) break;
      way = next();
    }
    finish();
  }

  // True for a state not seen before.
  bool visit(const Way& way) {
    if (!seen_.insert(machine().state()).second) return false;
    nodes_.push_back(way);
    return true;
  }

  // False where nothing can move: this is as it should be, or wrong.
  bool branch() {
    const std::vector<Move> moves = machine().moves();
    for (const Move move : moves) untried_.push_back({static_cast<std::uint32_t>(nodes_.size() - 1), move});
    if (moves.empty()) {
      found_.wrong = program_.complaint();
      if (found_.wrong.empty()) ++found_.end_count;
      if (!found_.wrong.empty()) found_.way = machine().events();
    }
    return !moves.empty();
  }

  Program& program_;
  Limits limits_;
  Order order_;
  std::vector<Way> nodes_;
  std::deque<Way> untried_;
  std::unordered_set<State, StateHash> seen_;
  std::vector<Move> path_;
  Exploration found_;
};

}  // namespace

Exploration explore(Program& program, const Limits& limits) {
  Exploration all = Search(program, limits, Order::deepest_first).run();
  return all.wrong.empty() ? all : Search(program, limits, Order::nearest_first).run();
}

}  // namespace kickbench::interleave
