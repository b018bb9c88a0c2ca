using Culvert.Arguments;
using Culvert.Client.Tunnels;

namespace Culvert.Tunneling;

/// <summary>What <c>-R</c> says: a name, and where connections to it go from here.</summary>
/// <param name="Name">The name.</param>
/// <param name="Target"><c>host:port</c> or <c>unix:PATH</c>.</param>
internal sealed record RemoteSpec(string Name, string Target)
{
    private const string UnixPrefix = "unix:";

    /// <summary>Reads <c>name=target</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="directory">Where relative paths start from.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static RemoteSpec Parse(string text, string directory)
    {
        if (text.Split('=', 2) is not [var name, var target])
        {
            throw new UsageException($"-R: '{text}' is not NAME=TARGET, such as game-7=127.0.0.1:7777");
        }

        if (!TunnelTarget.IsName(name))
        {
            throw new UsageException(
                $"-R: '{name}' is no name; 1 to 64 of a-z A-Z 0-9 - _ . and first a letter or digit");
        }

        if (target.StartsWith(UnixPrefix, StringComparison.Ordinal) && target.Length > UnixPrefix.Length)
        {
            target = UnixPrefix + Path.GetFullPath(target[UnixPrefix.Length..], directory);
        }

        return TunnelTarget.IsValidLocal(target)
            ? new RemoteSpec(name, target)
            : throw new UsageException($"-R: '{target}' is neither HOST:PORT nor unix:PATH");
    }
}
