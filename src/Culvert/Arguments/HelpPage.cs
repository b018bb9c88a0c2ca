using System.CommandLine;
using System.Text;

namespace Culvert.Arguments;

/// <summary>Writes the help page of a command from its declaration.</summary>
internal static class HelpPage
{
    private const int Indent = 2;
    private const int WidestName = 28;

    /// <summary>The page as text, no line of prose wider than <paramref name="columns"/>.</summary>
    public static string Of(Command command, int columns)
    {
        var page = new StringBuilder();
        page.Append(command.Description).Append("\n\nUsage:\n  ").Append(Usage(command)).Append('\n');
        Table(page, "Commands", columns, command.Subcommands.Select(c => (c.Name, c.Description)));
        Table(page, "Arguments", columns, command.Arguments.Select(a => (Name(a), a.Description)));
        Table(page, "Options", columns, Options(command).Select(o => (Names(o), o.Description)));
        if (command.Subcommands.Count > 0)
        {
            page.Append($"\n`{UsageErrors.Path(command)} COMMAND --help` explains a command, with examples.\n");
        }

        if (command is CommandPage taught)
        {
            foreach (var note in taught.Notes)
            {
                page.Append('\n').AppendJoin('\n', Wrap(note, columns)).Append('\n');
            }

            Examples(page, taught);
            Table(page, "Exit codes", columns, taught.ExitCodes.Select(e => ($"{e.Code}", (string?)e.Means)));
        }

        return page.ToString();
    }

    private static void Examples(StringBuilder page, CommandPage command)
    {
        if (command.Examples.Count == 0)
        {
            return;
        }

        page.Append("\nExamples:\n");
        foreach (var (line, does) in command.Examples)
        {
            page.Append("  # ").Append(does).Append("\n  ").Append(line).Append('\n');
        }
    }

    private static string Usage(Command command)
    {
        var words = new List<string> { UsageErrors.Path(command) };
        if (command.Subcommands.Count > 0)
        {
            words.Add("COMMAND");
        }

        words.AddRange(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{Name(a)}]" : Name(a)));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    private static IEnumerable<Option> Options(Command command)
    {
        var inherited = command.Parents.OfType<Command>().SelectMany(p => p.Options).Where(o => o.Recursive);
        return command.Options.Concat(inherited).Where(o => !o.Hidden);
    }

    private static string Name(Argument argument) => argument.HelpName ?? argument.Name;

    private static string Names(Option option)
    {
        var aliases = option.Aliases.Where(a => a.StartsWith('-')).OrderBy(a => a.Length);
        var names = string.Join(", ", aliases.Append(option.Name));
        return option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)
            ? names
            : $"{names} {option.HelpName ?? "VALUE"}";
    }

    private static void Table(
        StringBuilder page, string title, int columns, IEnumerable<(string Name, string? Description)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
        {
            return;
        }

        page.Append('\n').Append(title).Append(":\n");
        var width = Math.Min(WidestName, list.Max(r => r.Name.Length));
        var margin = new string(' ', Indent + width + 2);
        foreach (var (name, description) in list)
        {
            page.Append(' ', Indent).Append(name.PadRight(width));
            var lines = Wrap(description ?? "", columns - margin.Length).ToList();
            if (name.Length > width)
            {
                page.Append('\n').Append(margin);
            }
            else
            {
                page.Append("  ");
            }

            page.AppendJoin("\n" + margin, lines).Append('\n');
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
