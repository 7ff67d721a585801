#pragma once

// The house of the flows over a store in memory and a mail server that keeps what it gets. Only tests include this.

#include "accounts/accounts_test_support.hpp"
#include "accounts/await_for_test.hpp"
#include "net/fake_mail_client.hpp"
#include "people/house.hpp"
#include "people/outbox_test_support.hpp"

#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::people {

class HouseTest : public accounts::AccountsTest {
 protected:
  // A form as a browser sends it: "intent=ask&email=…".
  Asked form(std::string_view body) const {
    Asked asked = page("");
    asked.method = http::Method::Post;
    asked.form = web::Form::parse(body).value();
    return asked;
  }
  Asked page(std::string_view query) const {
    Asked asked{.query = web::Form::parse(query).value(),
                .form = {},
                .place = {.site = "app.example.com",
                          .here = {.host = "belfry.example.com", .port = std::nullopt},
                          .belfry = {.host = "belfry.example.com", .port = std::nullopt},
                          .site_hosts = {},
                          .mail_origin = "https://belfry.example.com"},
                .nonce = {},
                .user_agent = {},
                .who = nullptr,
                .browser_token = "browser",
                .devices = {}};
    asked.address = base::IpAddress::parse("192.0.2.1").value();
    return asked;
  }
  static Answer await(http::Awaitable<Answer> work) { return accounts::await_for_test(std::move(work)); }
  // What was asked of the store, and what was answered, for addresses that must not be told apart.
  struct Told {
    std::set<std::vector<std::string>> calls;
    std::set<std::string> bodies;
  };
  Told told_of(std::initializer_list<const char*> emails, const std::function<Answer(const char*)>& ask_for) {
    Told told;
    for (const char* email : emails) {
      store_.calls.clear();
      const Answer answer = ask_for(email);
      EXPECT_TRUE(answer) << email;
      EXPECT_EQ(status_of(answer), 200) << email;
      told.calls.insert(store_.calls);
      if (answer) told.bodies.insert(answer->body);
    }
    return told;
  }
  // Of the link in a mail.
  static std::string token_in(std::string_view text) {
    const std::size_t at = text.find("token=") + 6;
    return std::string{text.substr(at, text.find('\n', at) - at)};
  }
  static std::uint16_t status_of(const Answer& answer) { return answer ? answer->head.status : 0; }
  // What was sent until now.
  std::vector<net::Mail> mails() {
    outbox_.stop(std::chrono::seconds{30});
    return client_.mails();
  }

  net::FakeMailClient client_;
  base::SystemClock mail_clock_;
  base::SystemRandom mail_random_;
  Records records_{mail_clock_};
  Outbox outbox_{mail_clock_, mail_random_, client_, records_.log, records_.metrics};
  Letters letters_{clock_, outbox_};
  accounts::PasswordPolicy policy_{{}, {}};
  accounts::EnrolmentOffers offers_{"app.example.com", clock_, random_};
  accounts::SecondFactorSettings second_factor_{store_,  database_, credentials_, sessions_,
                                                offers_, clock_,    random_,      accounts::AccountsTest::notices_};
  accounts::HandOver hand_over_{store_, database_, sessions_, clock_, random_};
  accounts::CsrfTokens csrf_{random_, clock_};
  accounts::AddressSlowing slowing_{clock_, random_};
  MailNotices mail_notices_{clock_, records_.log, &outbox_, {"app.example.com", "https://belfry.example.com"}};
  House house_{.store = store_,
               .database = database_,
               .hashing = hashing_,
               .policy = policy_,
               .sessions = sessions_,
               .credentials = credentials_,
               .sign_in = sign_in_,
               .offers = offers_,
               .second_factor = second_factor_,
               .hand_over = hand_over_,
               .csrf = csrf_,
               .slowing = slowing_,
               .notices = mail_notices_,
               .letters = &letters_,
               .sign_up = accounts::SignUpMode::Open,
               .clock = clock_,
               .random = random_};
};

}  // namespace belfry::people
