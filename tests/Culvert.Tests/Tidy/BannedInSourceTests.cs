using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>What product code does not do. The analyzer of banned symbols sees a part; this sees the rest.</summary>
public sealed class BannedInSourceTests
{
    private static readonly (string Pattern, string Instead)[] Everywhere =
    [
        (@"\bDateTime(Offset)?\.(Utc)?Now\b", "take the time from TimeProvider"),
        (@"\bStopwatch\.StartNew\b", "measure with TimeProvider.GetTimestamp"),
        (@"\bThread\.Sleep\b", "wait on a signal"),
        (@"\bnew Random\(", "pass a seeded source in, or use RandomNumberGenerator for secrets"),
        (@"\bcatch\s*(\(\s*(System\.)?Exception\b[^)]*\)\s*)?\{\s*\}", "handle the exception or let it pass"),
    ];

    // The executable owns the terminal and its Main may block; nothing under it may.
    private static readonly (string Pattern, string Instead)[] OutsideTheExecutable =
    [
        (@"(?<![\w.])(System\.)?Console\.", "log, or return the text to the executable"),
        (@"\.Wait\(\s*\)", "await it, or give the wait a limit"),
        (@"\.GetAwaiter\(\s*\)\s*\.GetResult\(\s*\)", "await it"),
        (@"\.Result\b", "await it"),
    ];

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("var watch = Stopwatch.StartNew();")]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("await Task.Delay(5, token);")]
    [InlineData("await Task.Delay(timeout);")]
    [InlineData("var random = new Random(1);")]
    [InlineData("Console.WriteLine(text);")]
    [InlineData("var x = task.Result;")]
    [InlineData("task.Wait();")]
    [InlineData("var x = task\n    .GetAwaiter().GetResult();")]
    [InlineData("try { x(); } catch { }")]
    [InlineData("try { x(); } catch (Exception e)\n{\n    // why not\n}")]
    [InlineData("try { x(); } catch (IOException) { }")]
    public void A_banned_call_is_found(string text)
    {
        Assert.Single(Check(new TextFile("src/Culvert.Server/Rooms/A.cs", text)));
    }

    [Theory]
    [InlineData("var now = time.GetUtcNow();")]
    [InlineData("await Task.Delay(limit, time, token);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1, 2), _timeProvider);")]
    [InlineData("x(\"Console.\"); // Console.WriteLine")]
    [InlineData("return Results.Ok();")]
    [InlineData("if (task.IsCompletedSuccessfully)\n{\n    return task.Result;\n}")]
    [InlineData("try { x(); } catch (IOException)\n{\n    // The peer has gone; the reader reported it.\n}")]
    [InlineData("try { x(); } catch (Exception e) when (IsEnd(e)) { /* Reported by the reader. */ }")]
    [InlineData("if (!signal.Wait(limit)) { }")]
    [InlineData("var log = Microsoft.Extensions.Logging.Console.ConsoleFormatterNames.Simple;")]
    public void Anything_else_is_not(string text)
    {
        Assert.Empty(Check(new TextFile("src/Culvert.Server/Rooms/A.cs", text)));
    }

    [Theory]
    [InlineData("Console.WriteLine(text);", 0)]
    [InlineData("return run.GetAwaiter().GetResult();", 0)]
    [InlineData("Thread.Sleep(1);", 1)]
    public void The_executable_may_write_to_the_terminal_and_block(string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/Culvert/Program.cs", text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.Where(f => f.IsUnder("src")).SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var banned = file.IsUnder("src/Culvert") ? Everywhere : [.. Everywhere, .. OutsideTheExecutable];
        return banned
            .SelectMany(b => Regex.Matches(file.Code, b.Pattern).Select(m => (m.Index, m.Value, b.Instead)))
            .Where(m => !IsReadOfACompletedTask(file, m.Index, m.Value))
            .Select(m => file.At(file.LineAt(m.Index), $"`{FirstLine(m.Value)}`: {m.Instead}"))
            .Concat(UntimedDelays(file))
            .Concat(UnexplainedCatches(file));
    }

    private static string FirstLine(string match) => match.Trim().Split('\n')[0];

    /// <summary>Taking the result of a task just found complete does not block; it is the hot path's way.</summary>
    private static bool IsReadOfACompletedTask(TextFile file, int index, string match)
    {
        if (!match.Contains("Result", StringComparison.Ordinal))
        {
            return false;
        }

        var line = file.LineAt(index);
        return file.Lines[Math.Max(0, line - 4)..line].Any(l => l.Contains("IsCompleted", StringComparison.Ordinal));
    }

    private static IEnumerable<Finding> UntimedDelays(TextFile file) =>
        Regex.Matches(file.Code, @"\bTask\.Delay\((?<arguments>(?>[^()]+|(?<open>\()|(?<-open>\)))*)\)")
            .Where(m => !Regex.IsMatch(m.Groups["arguments"].Value, @",\s*\w*(?i:time|clock)\w*(\.\w+)*\s*(,|$)"))
            .Select(m => file.At(file.LineAt(m.Index), "`Task.Delay`: pass a TimeProvider after the time"));

    /// <summary>A named exception may be let go in an empty block, but only beside a comment that says why.</summary>
    private static IEnumerable<Finding> UnexplainedCatches(TextFile file) =>
        Regex.Matches(file.Code, @"\bcatch\s*\((?!\s*(System\.)?Exception\b[^)]*\)\s*\{)[^)]*\)[^{;]*(?<body>\{\s*\})")
            .Select(m => m.Groups["body"])
            .Where(b => string.IsNullOrWhiteSpace(file.Comments.Substring(b.Index, b.Length)))
            .Select(b => file.At(file.LineAt(b.Index), "an empty catch block: say in a comment why that is right"));
}
