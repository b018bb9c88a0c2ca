using System.CommandLine;
using System.CommandLine.Parsing;

namespace Culvert.Arguments;

/// <summary>Turns the parser's errors into one line that says what, where and what to do.</summary>
internal static class UsageErrors
{
    /// <summary>The line for the first thing wrong with a command line; null when nothing is.</summary>
    public static string? First(ParseResult result) =>
        UnknownOption(result) ?? Unmatched(result) ?? Missing(result) ?? Value(result);

    /// <summary>The words that lead to a command: <c>culvert user add</c>.</summary>
    public static string Path(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        // The root's own name is that of the file, which may be any.
        return parent is null ? "culvert" : $"{Path(parent)} {command.Name}";
    }

    // The parser gives a misspelt option to the next free argument; nobody means that before a "--".
    private static string? UnknownOption(ParseResult result)
    {
        var tokens = result.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).ToList();
        var command = result.CommandResult.Command;
        var given = result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens)
            .Select(t => t.Value)
            .Concat(result.UnmatchedTokens);
        var option = given.FirstOrDefault(v => v.Length > 1 && v[0] == '-' && tokens.Any(t => t.Value == v));
        if (option is null)
        {
            return null;
        }

        var name = option.Split('=')[0];
        var parents = command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive);
        var names = command.Options.Concat(parents).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name));
        return EditDistance.Nearest(name, names) is { } near
            ? $"unknown option {name}. Did you mean {near}?"
            : $"unknown option {name}. If it is text and no option, write -- before it.";
    }

    private static string? Unmatched(ParseResult result)
    {
        var command = result.CommandResult.Command;
        if (result.UnmatchedTokens is [var word, ..])
        {
            if (command.Subcommands.Count == 0)
            {
                return $"unexpected argument '{word}'. A text of several words needs quotes.";
            }

            var names = command.Subcommands.Select(c => c.Name).ToList();
            return EditDistance.Nearest(word, names) is { } near
                ? $"unknown command '{word}'. Did you mean {near}?"
                : $"unknown command '{word}'. The commands are {string.Join(", ", names)}.";
        }

        return command.Subcommands.Count > 0 && result.Errors.Count > 0
            ? $"a command is missing: {string.Join(", ", command.Subcommands.Select(c => c.Name))}."
            : null;
    }

    private static string? Missing(ParseResult result)
    {
        foreach (var error in result.Errors)
        {
            switch (error.SymbolResult)
            {
                case OptionResult { Tokens.Count: 0 } option when option.Option.Arity.MinimumNumberOfValues > 0:
                    return $"{option.Option.Name} needs a value: {option.Option.Name} {option.Option.HelpName}.";
                case OptionResult { IdentifierTokenCount: > 1, Option.Arity.MaximumNumberOfValues: <= 1 } twice:
                    return $"{twice.Option.Name} is given more than once.";
                case ArgumentResult { Tokens.Count: 0 } argument:
                    return $"{argument.Argument.HelpName ?? argument.Argument.Name} is missing.";
                default:
                    break;
            }
        }

        return null;
    }

    private static string? Value(ParseResult result) => result.Errors.Count == 0 ? null : result.Errors[0].Message;
}
