"""What other tests read mails with reads them right."""

import email.message
import smtplib

import pytest

from smtp_sink import SmtpSink


def mail_of(subject, text):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "belfry@example.com", "ada@example.org", subject
    message.set_content(text, cte="quoted-printable")
    return message


def test_mail_comes_out_as_it_was_sent():
    text = "Clé\u00a0:\n.\n..dots\nhttps://belfry.example.com/reset?token=" + "a" * 100 + "\n= end \n"
    with SmtpSink() as sink:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            client.send_message(mail_of("Votre clé " + "x" * 90, text))
        (mail,) = sink.wait_for(to="ada@example.org")
    assert (mail.sender, mail.to) == ("belfry@example.com", "ada@example.org")
    assert mail.subject == "Votre clé " + "x" * 90
    assert mail.text == text
    assert mail.links == ["https://belfry.example.com/reset?token=" + "a" * 100]
    assert sink.mails(to="bob@example.org") == []


def test_refusal_keeps_no_mail():
    with SmtpSink() as sink:
        sink.refusals["RCPT"] = "450 later"
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.send_message(mail_of("a", "b\n"))
        assert sink.mails() == []
