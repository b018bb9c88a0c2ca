using System.CommandLine;

namespace Culvert.Arguments;

/// <summary>The option that names a server's data directory.</summary>
internal static class DataOption
{
    /// <summary>Where <c>culvert serve</c> keeps its data when nothing else is said.</summary>
    public const string Default = "./data";

    /// <summary>Declares the option.</summary>
    public static Option<string> Create() => new("--data")
    {
        HelpName = "DIR",
        Description = $"The server's data directory. Default {Default}.",
    };
}
