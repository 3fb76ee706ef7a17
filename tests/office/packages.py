"""Workbooks nobody would send on purpose, made by hand; and one old .xls, since nothing here can write one."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

from caseapp.office.xlsx import write_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_PART = "xl/worksheets/sheet1.xml"

# 登记日期 村 诉求 人数 / 2024-06-03 双合村 水渠堵塞 3, saved by LibreOffice as Excel 97.
OLD_XLS = (
    r"c-rk(YfM~46h3qJ!CgvWp+%8ax>gIcKtod>_^42})z(L`1(g`0rEsCxWp@K;N*Z-5_Kz(|O@HW*CZ-8BCMH^AqKP#T{+OE7$DjVtsG&_vH1)"
    r"@7G^UAg{m!{_m&*zXOPeMt=jPm*IrBJY&SU1x*IyM+o_fFhB4xq7<fCajL_rTt0Zq3NCNeZ_+O}<%Y%jsT3Z`_)HuS@O0U+BvPun%5%O&`4!"
    r"X8TC8=?qpr#Q+18m3&}26&8jy@kw~Uf{Te!V>?*^XK!M&v73xJO25s=lIVDE&~<-mjerdMa~sK#lRBa3gAj$srUrZjleSCO~7*CD&T71&6@u"
    r"jT{5mk{Z`;@npTOjYU$j$E)X(d#bAKWE<evE7u#QiN1X9bh+kX+c2JUiBib43id-*f78yDf%P<Zn-GZ8;lb{yTdqVw0{#(TR08JEW&>r1xG>"
    r"Pn^@?R_eLgM)!$((P6vWY6_JMr@45(J9!RFpa?Mt!so=U^X3l+!tmua{&5M~B)fJv{2_dh2KLMl7jaat<eO61QSZoCZ;g(nIvHP@+`fFQ74w"
    r"%LlEvHP9KW@E6l*j>%y_M_qq^M_qUKqy*s@{b5Hu0Y4sLI&%{G?+c?FInwEWM<0Xk=F)SGGd`V7Uq27Mb{_hMdFY`z=>b<BGh5En4&6UPKVh"
    r"JeBAd%_$|q%UDkx=1$}i=LRGyS8QvrLg1kMq-TN&RFh?aC~<>)aisqjrG6G+rHs^~I3#g{{Rk8ld6`4V8x?qk7=n`v2^!}n8&Y|>$c%f=j6P"
    r"53ua#jj!Kx-sG6Cax3nPejRIbdMZSL0MECdj8DOAFVaL5Mp;P0{ru%%`p@o?@C%eQs-OEw%xrLc6%%mzoY%>b{kijNoW1eRn}#e0%xpOs!N0"
    r"KJLg;s&pH<iu!(MLj!%+e*-#kE)kRldzI11K<1<1}&1j$2v687)9Y)WDe}l}Zk^jpw*1a!Bg!YR3D>L(dYOM0qt26a<<9bj16wbF0q#`kd0d"
    r"BRbtROftv3Ii3EfqbE9+O^>ZIgP{EYdqIbPCcoBGU-#daZM6sUo4NEZUUh1g^@QmO@KqS_WE1rsYG6GmICZTO}Dn`DcdoDVgWjBbCexWJda+"
    r"ZI<yDdW`j+-r?vxZE6SNiACf~*Gop?Pge^)ln&34^%#^d^LP$(xZfzD4};FtL3E$!kn@uwk<?`X=!N(7n%;$!n`z}=b?&B+<@oZQ94>4+mKb"
    r"-s9^jnm(Y~&M#9*RlD6;)vmlccLeOFyu=RPYIv&1Ev`+9mBu8zMp{~}@9Cb8Na>(b<rH-Ed*vOoOJYbMoHeeexi=?$G*Dy?_6{0^OGc4&?6*"
    r"ZJm<&N)*$?>we`_2((V-R;atB&~RI_+X5AR_OkEy|xSgsK52)4<m=ZSKj)y-ak`}3twC~xp7ta#Ov69?Ui@8aTbt8>(F_!dnATEdwfLa<qQ$"
    r"s-=O=OJh?mTYHKq2gf%eOmx#~S5$kvJ#!d6ee=XmCB7c?-&o#&A37sdweSi)i<6=1u<gEV^?AFlxv~ze@HRrj08U^2eWVkJm;n_v;_j%r63z"
    r"@@q*_nxx7UYB0qT??g{BwQ(Mf6)uvQp%h&td=l$T`{eJK+UAViTqeAzw{^GCx#n{(&6ye+%$jhW|Ej=n@$$@xa{VX;{Sm*8$&NdjAXj4M+JT"
    r"q5"
)  # fmt: skip


def old_xls() -> bytes:
    """A workbook of Excel 97."""
    return zlib.decompress(base64.b85decode(OLD_XLS))


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def package(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return packed.getvalue()


def workbook(rows: str, dimension: str = "A1:B2", before: str = "", **parts: bytes) -> bytes:
    """A workbook whose sheet holds these ``<row>`` elements."""
    sheet = f'{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    return package(parts_of(write_sheet(["甲"], [])) | {SHEET_PART: sheet.encode()} | parts)


def inline(reference: str, text: str) -> str:
    """A cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
