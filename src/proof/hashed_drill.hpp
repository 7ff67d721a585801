#pragma once

// The measure and the drill of `password.hashed`. The measure: of all passwords that are stored, how many are bcrypt of
// at least the configured cost, and how many salts they have. The drill: a canary changes its password as people do;
// what is stored of it must be such a hash under a new salt, it must sign in with it, and its plain text must be found
// in none of the files of the store and the logs, however it could be written there.
//
// That the hash is bcrypt of that password, and not of anything else, is verified by an implementation of another hand
// in a test: within the program there is one alone.

#include "proof/page_trial.hpp"

#include <functional>
#include <span>

namespace belfry::proof {

struct HashFigures {
  std::size_t stored = 0;
  std::size_t good = 0;   // "$2b$", of that cost or a higher one
  std::size_t salts = 0;  // of the readable ones, different ones
};
// `cost`: the least, inclusive. A mark in braces ahead of the hash says what it was made of, and does not matter here.
HashFigures figures_of(std::span<const std::string> stored, unsigned cost);

// The text as it is, in hex, in base64 at each alignment, and in UTF-16, without what its neighbours would change.
std::vector<std::string> spellings_of(std::string_view text);

// Of the files of the store and the logs.
struct FileSearch {
  std::size_t files = 0;
  bool is_found = false;     // one of the texts, in one of them
  bool is_complete = false;  // all was looked at that could hold what was written lately
};
// An error is a line for the log.
using SearchFiles = std::function<std::expected<FileSearch, std::string>(std::span<const std::string> texts)>;

class HashedDrill final : public Drill {
 public:
  HashedDrill(PeopleDrillParts parts, unsigned cost, SearchFiles search)
      : parts_{std::move(parts)}, cost_{cost}, search_{std::move(search)} {}

  std::string_view claim() const override { return "password.hashed"; }
  std::chrono::seconds interval() const override { return parts_.interval; }
  std::vector<Evidence> run(DrillContext& context) override;

 private:
  // What the canary's password became, at first and behind the change; an error where it could not be changed.
  struct Changed {
    std::string before;
    std::string after;
    std::string password;
    bool signs_in = false;
  };
  std::expected<Changed, Finding> change_password(DrillContext& context);
  Evidence judge_canary(const Trials& trials, const Changed& changed) const;
  Evidence search_for(const Trials& trials, const std::string& password, DrillContext& context) const;
  Evidence control(Trials& trials, DrillContext& context) const;

  PeopleDrillParts parts_;
  unsigned cost_;
  SearchFiles search_;
};

}  // namespace belfry::proof
