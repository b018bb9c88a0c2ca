using System.Buffers;
using Culvert.Server.Pipes;

namespace Culvert.Server.Hosting;

/// <summary>Reads the options of pipes.</summary>
internal static class PipeSettings
{
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create(" ?#{}*");

    public static PipeOptions Read(SettingReader reader)
    {
        var standard = new PipeOptions();
        var targets = reader.Map("pipes");
        foreach (var (path, target) in targets)
        {
            if (path is not ['/', _, ..] || path.AsSpan().ContainsAny(NotInPaths))
            {
                throw reader.Bad("pipes", path, "paths such as /echo, without spaces, ?, #, braces or *");
            }

            if (target != "echo:")
            {
                throw reader.Bad($"pipes:{path}", target, "echo:");
            }
        }

        return new PipeOptions
        {
            Targets = targets,
            MaxMessageBytes = (int)reader.Bytes("pipe:maxMessageBytes", standard.MaxMessageBytes, 1, 1 << 30),
        };
    }
}
