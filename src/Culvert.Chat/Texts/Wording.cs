using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Texts;

/// <summary>
/// What the server has to say to a person, in the words of the pages: never its own English. scripts/wording.js does
/// the same.
/// </summary>
internal static class Wording
{
    /// <summary>What was refused, and why.</summary>
    public static string Of(Text text, Refusal refusal) => Of(
        text, refusal.Code.Code, refusal.Said?.Reason.Key, refusal.Said?.Members, refusal.AfterMilliseconds);

    /// <summary>An answer of the server.</summary>
    public static string Of(Text text, Said said) => Find(text, said.Reason.Key, said.Members) ?? said.Text;

    /// <summary>What was refused to an account, and why.</summary>
    public static string Of(Text text, AccountRefusal refusal) =>
        Of(text, refusal.Code.Code, null, null, refusal.After?.TotalMilliseconds ?? 0);

    /// <param name="text">In the reader's language.</param>
    /// <param name="code">Of the catalogue of errors.</param>
    /// <param name="reason">That of the problem; null for none.</param>
    /// <param name="values">Those of the problem; null for none.</param>
    /// <param name="afterMilliseconds">When to try again; 0 for unknown.</param>
    public static string Of(
        Text text, string code, string? reason, IReadOnlyDictionary<string, string>? values, double afterMilliseconds)
    {
        if (reason is not null && Find(text, reason, values) is { } said)
        {
            return said;
        }

        return code == "rate_limited" && afterMilliseconds > 0
            ? text.Count("problem.wait", (long)Math.Ceiling(afterMilliseconds / 1000))
            : text.FindText($"problem.{code}") ?? text["problem.unknown"];
    }

    private static string? Find(Text text, string reason, IReadOnlyDictionary<string, string>? values)
    {
        if (reason == Reason.Help.Key)
        {
            return HelpOf(text, values?.GetValueOrDefault("commands") ?? "");
        }

        if (text.FindText($"reason.{reason}") is not { } sentence)
        {
            return null;
        }

        foreach (var (name, value) in values ?? new Dictionary<string, string>())
        {
            var shown = reason == Reason.Usage.Key && name == "usage" ? UsageOf(text, values!["command"]) : value;
            sentence = Text.Fill(sentence, (name, shown));
        }

        return sentence;
    }

    private static string HelpOf(Text text, string commands) => string.Join('\n', commands.Split(' ')
        .Select(command => $"{UsageOf(text, command)} — {text[$"command.{command[1..]}"]}")
        .Append(text["command.literal"]));

    private static string UsageOf(Text text, string command) => text[$"command.usage.{command[1..]}"];
}
