namespace Culvert.Configuration;

/// <summary>
/// One setting of the server, declared once: the file, the environment, the command line and the help all come from it.
/// </summary>
internal sealed class Setting
{
    /// <summary>The key in culvert.json; <c>CULVERT__KEY</c> in the environment.</summary>
    public required string Key { get; init; }

    /// <summary>How it is written.</summary>
    public required SettingShape Shape { get; init; }

    /// <summary>The option on the command line.</summary>
    public required string Option { get; init; }

    /// <summary>The word that stands for the value in the help; null for a flag.</summary>
    public string? ValueName { get; init; }

    /// <summary>One sentence with the unit and the default.</summary>
    public required string Description { get; init; }

    /// <summary>The value when no layer has one; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>Says what is wrong with a value and what to write instead; null when it is right.</summary>
    public Func<string, string?> Check { get; init; } = static _ => null;

    /// <summary>Says what is wrong with a name of a map; null when it is right.</summary>
    public Func<string, string?> CheckName { get; init; } = static _ => null;

    /// <summary>True for a path, which is relative to the file that holds it.</summary>
    public bool IsPath { get; init; }
}
