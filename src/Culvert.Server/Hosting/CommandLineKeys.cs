namespace Culvert.Server.Hosting;

/// <summary>The switches of <c>culvert serve</c> and the keys they set.</summary>
internal static class CommandLineKeys
{
    public static readonly IReadOnlyDictionary<string, string> BySwitch = new Dictionary<string, string>
    {
        ["--listen"] = "listen",
        ["--data"] = "data",
        ["--root"] = "root",
        ["--registration"] = "accounts:registration",
        ["--demo"] = "demo",
        ["--durability"] = "durability",
        ["-v"] = "verbose",
    };
}
