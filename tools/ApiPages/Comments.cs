using System.Reflection;
using System.Xml.Linq;
using System.Xml.XPath;

namespace ApiPages;

/// <summary>The documentation comments of some assemblies, read from the XML files beside them.</summary>
internal sealed class Comments
{
    private readonly Dictionary<string, XElement> _members = [];

    public Comments(IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies)
        {
            var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace);
            foreach (var member in file.Descendants("member"))
            {
                _members.Add(member.Attribute("name")?.Value ?? "", member);
            }
        }
    }

    /// <summary>The comment with all that it inherits; null when there is none.</summary>
    public XElement? Of(MemberInfo member)
    {
        if (!_members.TryGetValue(MemberIds.Of(member), out var own))
        {
            return OfRecordParameter(member);
        }

        return own.Element("inheritdoc") is null ? own : Complete(own, Base(member));
    }

    /// <summary>Takes over what an <c>inheritdoc</c> names; what is said already stays.</summary>
    private XElement Complete(XElement own, MemberInfo? ancestor)
    {
        var result = new XElement("member", own.Elements().Where(e => e.Name != "inheritdoc"));
        foreach (var inherited in own.Elements("inheritdoc"))
        {
            var id = inherited.Attribute("cref")?.Value ?? (ancestor is null ? "" : MemberIds.Of(ancestor));
            if (!_members.TryGetValue(id, out var source))
            {
                // Of another library, whose comments are not here.
                var reference = new XElement("see", new XAttribute("cref", id));
                result.Add(new XElement("summary", "As ", reference, "."));
                continue;
            }

            source = source.Element("inheritdoc") is null ? source : Complete(source, null);
            var path = inherited.Attribute("path")?.Value ?? "/*";
            var chosen = path.Split('|').SelectMany(p => source.XPathSelectElements(p.TrimStart('/')));
            result.Add(chosen.Where(e => !result.Elements(e.Name).Any(own => SaysTheSame(own, e))));
        }

        return result;
    }

    private static bool SaysTheSame(XElement own, XElement inherited) =>
        own.Attribute("name")?.Value == inherited.Attribute("name")?.Value
        && own.Attribute("cref")?.Value == inherited.Attribute("cref")?.Value;

    /// <summary>The properties and the constructor of a positional record are described on the record.</summary>
    private XElement? OfRecordParameter(MemberInfo member)
    {
        if (member.DeclaringType is not { } owner || !_members.TryGetValue(MemberIds.Of(owner), out var record))
        {
            return null;
        }

        var parameters = record.Elements("param").ToList();
        if (parameters.Count == 0)
        {
            return null;
        }

        return member switch
        {
            PropertyInfo when parameters.Find(p => p.Attribute("name")?.Value == member.Name) is { } parameter =>
                new XElement("member", new XElement("summary", parameter.Nodes())),
            ConstructorInfo constructor when constructor.GetParameters().Length == parameters.Count =>
                new XElement("member", new XElement("summary", "Makes one."), parameters),
            _ => null,
        };
    }

    /// <summary>
    /// The member of a base type or interface that this one is an implementation of; of a constructor the base type.
    /// </summary>
    private static MemberInfo? Base(MemberInfo member)
    {
        var method = member switch
        {
            PropertyInfo property => property.GetMethod ?? property.SetMethod,
            MethodInfo itself => itself,
            _ => null,
        };
        if (method?.DeclaringType is not { } owner)
        {
            return member.DeclaringType?.BaseType;
        }

        var ancestor = method.GetBaseDefinition();
        if (ancestor == method)
        {
            ancestor = owner.GetInterfaces()
                .Select(owner.GetInterfaceMap)
                .SelectMany(m => m.InterfaceMethods.Zip(m.TargetMethods))
                .FirstOrDefault(pair => pair.Second == method)
                .First;
        }

        return member is PropertyInfo && ancestor is not null
            ? Array.Find(ancestor.DeclaringType?.GetProperties() ?? [], p => p.GetAccessors().Contains(ancestor))
            : ancestor;
    }
}
