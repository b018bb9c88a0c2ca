using System.Collections;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Terminals;

/// <summary>Everything a command sees of the process around it, so that a test can stand in for it.</summary>
internal sealed class Terminal
{
    /// <summary>UTF-8 without a byte order mark: what every stream of a command speaks.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard input, raw bytes.</summary>
    public required Stream Input { get; init; }

    /// <summary>
    /// Standard output, raw bytes, unbuffered. A write throws <see cref="IOException"/> when nobody reads.
    /// </summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error; flushed at every line.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>True when a person types the input.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>True when a person reads the output.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>True when a person reads the errors.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal; 100 when there is none.</summary>
    public int Columns { get; init; } = 100;

    /// <summary>The environment variables.</summary>
    public required IDictionary Variables { get; init; }

    /// <summary>The directory that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>After a cancellation: true when SIGTERM was its cause, and not Ctrl-C.</summary>
    public Func<bool> WasTerminated { get; init; } = static () => false;

    /// <summary>Clock and time zone.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>True when the output may be coloured: a person reads it and did not opt out (no-color.org).</summary>
    public bool OutputHasColours => OutputIsTerminal && WantsColours;

    /// <summary>True when the errors may be coloured, likewise.</summary>
    public bool ErrorHasColours => ErrorIsTerminal && WantsColours;

    private bool WantsColours => Variable("NO_COLOR") is null && Variable("TERM") != "dumb";

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfThisProcess(Func<bool> wasTerminated) => new()
    {
        Input = Console.OpenStandardInput(),
        Output = StandardOutput(),
        Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
        InputIsTerminal = !Console.IsInputRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Columns = Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 120),
        Variables = Environment.GetEnvironmentVariables(),
        WorkingDirectory = Directory.GetCurrentDirectory(),
        WasTerminated = wasTerminated,
    };

    /// <summary>The value of an environment variable; null when it is not set or empty.</summary>
    public string? Variable(string name) => Variables[name] is string { Length: > 0 } value ? value : null;

    /// <summary>Writes one line of text to standard output at once.</summary>
    public void WriteLine(string text) => Output.Write(Utf8.GetBytes(text + "\n"));

    /// <summary>
    /// Writes one line to standard error at once. Blocks as the terminal does; that is what errors are for.
    /// </summary>
    public void WriteErrorLine(string text) => Error.WriteLine(text);

    // The console's stream swallows EPIPE, so `culvert tail | head` would never end. A file stream reports it; but on a
    // regular file that one writes at its own position, over what others who share the file wrote. Each has its place.
    private static Stream StandardOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Standard output is closed, or something a file stream cannot hold.
            return Console.OpenStandardOutput();
        }
    }
}
