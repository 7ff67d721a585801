#pragma once

// What is told to a reader, in both languages. Plain text, UTF-8; what a site said stands in it only by names of ours.

#include <string>

namespace belfry::inspect {

struct Sentence {
  std::string en;
  std::string fr;
  friend bool operator==(const Sentence&, const Sentence&) = default;
};

}  // namespace belfry::inspect
