using System.CommandLine;
using System.Security.Cryptography;
using Culvert.Arguments;
using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary>Where the password of an account comes from: made up and printed, or read from standard input.</summary>
internal static class PasswordSource
{
    // 56 signs that nobody confuses when reading aloud or copying by hand; 20 of them are 116 bits.
    private const string Signs = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int Length = 20;
    private const int MaxCharacters = 1024;

    /// <summary>Declares the option.</summary>
    public static Option<bool> Option() => new("--password-stdin")
    {
        Description = "Reads the password from the first line of standard input. Default: makes one up and prints it.",
        Arity = ArgumentArity.Zero,
    };

    /// <summary>The password, and whether it was made up.</summary>
    public static async Task<(string Password, bool IsNew)> GetAsync(
        Terminal terminal, bool fromInput, CancellationToken cancellationToken)
    {
        if (!fromInput)
        {
            return (RandomNumberGenerator.GetString(Signs, Length), true);
        }

        using var reader = new StreamReader(terminal.Input, Terminal.Utf8, leaveOpen: true);
        // A read of a terminal or a pipe does not hear of cancellation.
        var line = await reader.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
        return line is { Length: > 0 and <= MaxCharacters }
            ? (line, false)
            : throw new UsageException("--password-stdin: standard input holds no password on its first line.");
    }

    /// <summary>Says what was done, on stderr, and prints a made-up password alone on stdout, for scripts.</summary>
    public static void Report(Terminal terminal, string done, string password, bool isNew)
    {
        terminal.WriteErrorLine(isNew ? $"{done}; the password, shown only here:" : done);
        if (isNew)
        {
            terminal.WriteLine(password);
        }
    }
}
