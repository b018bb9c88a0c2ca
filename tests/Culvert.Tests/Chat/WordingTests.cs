using System.Text.RegularExpressions;
using Culvert.Chat.Assets;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Chat;

/// <summary>What the server has to say to a person is said in the language of the page.</summary>
public sealed partial class WordingTests
{
    private static readonly Text[] Languages = [.. new TextCatalogue(new AssetStore()).All];

    private static Text Russian => Languages.First(text => text.Language == "ru");

    /// <summary>What no page of the chat can meet: mistakes of programs, and tunnels.</summary>
    private static readonly string[] ForPrograms =
    [
        "bad_json", "too_deep", "unknown_op", "bad_cursor", "bad_limit", "target_not_allowed", "name_not_allowed",
        "method_not_allowed", "not_acceptable", "session_taken", "offset_mismatch", "already_subscribed",
        "not_subscribed", "too_many_rooms", "gap_rejected", "upgrade_required", "too_many_streams", "bad_gateway",
        "target_unreachable", "name_absent", "gateway_timeout", "target_timeout",
    ];

    [Fact]
    public void T1_60_Every_reason_has_words_in_each_language()
    {
        foreach (var text in Languages)
        {
            foreach (var reason in Reason.All)
            {
                var said = reason.With(("name", "7"), ("names", "7"), ("n", "7"), ("command", "/kick"),
                    ("usage", "/kick NAME [WHY]"), ("lines", "7"), ("commands", "/help /kick"), ("bytes", "7"),
                    ("time", "7"));

                var words = Wording.Of(text, said);

                Assert.DoesNotMatch("[{}]", words);
                Assert.True(reason == Reason.Help || text.FindText($"reason.{reason.Key}") is not null, reason.Key);
                Assert.True(text.Language == "en" || !English().IsMatch(words), words);
            }
        }
    }

    [Fact]
    public void T1_60_Every_error_that_a_person_can_meet_has_words_in_each_language()
    {
        foreach (var text in Languages)
        {
            foreach (var code in ErrorCode.All.Where(static code => !ForPrograms.Contains(code.Code)))
            {
                Assert.NotNull(text.FindText($"problem.{code.Code}"));
            }
        }

        Assert.Equal(Russian["problem.unknown"], Wording.Of(Russian, new Refusal(ErrorCode.BadJson, "In English.")));
    }

    [Theory]
    [InlineData("rate_limited", 1500, "Слишком много попыток. Повторите через 2 секунды.")]
    [InlineData("overloaded", 1500, "Сервер занят. Повторите чуть позже.")]
    [InlineData("muted", 0, "Сейчас вам нельзя писать в этой комнате.")]
    public void T1_60_A_code_is_said_with_its_time(string code, double after, string expected) =>
        Assert.Equal(expected, Wording.Of(Russian, code, "a reason of a newer server", null, after));

    [Fact]
    public void T1_60_Help_and_usage_are_written_in_the_language_too()
    {
        var help = Wording.Of(Russian, Reason.Help.With(("lines", ""), ("commands", "/help /kick")));
        var usage = Wording.Of(
            Russian, Reason.Usage.With(("usage", "/kick NAME [WHY]"), ("command", "/kick")));

        Assert.StartsWith("/help — показать команды\n/kick ИМЯ [ПРИЧИНА] — ", help, StringComparison.Ordinal);
        Assert.Equal("Пишите так: /kick ИМЯ [ПРИЧИНА]", usage);
    }

    [Fact]
    public void T1_60_A_refused_account_is_told_in_the_language() => Assert.Equal(
        "Сервер занят. Повторите чуть позже.", Wording.Of(Russian, AccountRefusal.Busy));

    /// <summary>Words that are not typed as they stand.</summary>
    [GeneratedRegex(@"(?<![/\w])(?!has|file|image|or|link|before|after|mute|all)[A-Za-z]{2,}")]
    private static partial Regex English();
}
