namespace Culvert.Configuration;

/// <summary>How a setting is written in a file, and how its layers combine.</summary>
internal enum SettingShape
{
    /// <summary>One value; the nearest layer wins.</summary>
    Text,

    /// <summary>True or false; the nearest layer wins.</summary>
    Flag,

    /// <summary>Several values in order; the nearest layer that has any replaces all of the others.</summary>
    List,

    /// <summary>Names with values; layers add up, and the nearest wins for a name in several.</summary>
    Map,
}
